//! `docs/asyncapi.yaml`, the description of the socket. Every frame in the tests is validated against it.

use std::{collections::BTreeMap, fs, sync::OnceLock};

use jsonschema::{Draft, Validator};
use serde_json::{Value, json};

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/asyncapi.yaml");

pub struct AsyncApi {
    pub document: Value,
    payloads: BTreeMap<String, Validator>,
}

impl AsyncApi {
    /// Returns the document, which is read and compiled once.
    pub fn load() -> &'static Self {
        static READ: OnceLock<AsyncApi> = OnceLock::new();
        READ.get_or_init(|| {
            let text = fs::read_to_string(FILE).expect("docs/asyncapi.yaml exists");
            let document = local::template::read_yaml(&text).expect("it is YAML");
            let messages = document["components"]["messages"].as_object().unwrap();
            let payloads = messages.iter().map(|(name, message)| {
                let schema = json!({
                    "$ref": message["payload"]["$ref"],
                    "components": { "schemas": document["components"]["schemas"] },
                });
                let validator = jsonschema::options().with_draft(Draft::Draft7).build(&schema);
                (name.clone(), validator.unwrap_or_else(|error| panic!("{name}: {error}")))
            });
            let payloads = payloads.collect();
            Self { document, payloads }
        })
    }

    /// Returns the validation errors of a frame for this message.
    pub fn errors(&self, message: &str, frame: &Value) -> Vec<String> {
        match self.payloads.get(message) {
            None => vec![format!("docs/asyncapi.yaml has no message {message}")],
            Some(payload) => {
                let errors = payload.iter_errors(frame);
                errors.map(|error| format!("{}: {error}", error.instance_path())).collect()
            }
        }
    }

    /// Validates a frame and fails if it does not match its message. Returns the name of the message and, for an entry, the
    /// name with the entry's kind.
    #[track_caller]
    pub fn validate(&self, frame: &Value) -> Vec<String> {
        let message = message_of(frame);
        let errors = self.errors(&message, frame);
        assert!(
            errors.is_empty(),
            "not a {message} of docs/asyncapi.yaml: {frame}\n{}",
            errors.join("\n")
        );
        let entry = frame["data"]["type"].as_str().filter(|_| frame["event"] == "entry");
        let entry = entry.map(|entry| format!("{message}/{entry}"));
        [message].into_iter().chain(entry).collect()
    }
}

/// The name of the message that a frame should match.
pub fn message_of(frame: &Value) -> String {
    let text = |member: &str| frame[member].as_str().unwrap_or_default();
    match text("type") {
        "reply" => format!("{}Reply", text("action")),
        "event" => format!("{}Event", camel(text("event"))),
        "error" if frame["id"].is_null() => "unreadable".to_owned(),
        "error" => "refusal".to_owned(),
        _ if !text("action").is_empty() => format!("{}Request", text("action")),
        _ => "gatewayError".to_owned(),
    }
}

/// Turns `session_ended` into `sessionEnded`.
fn camel(name: &str) -> String {
    let mut parts = name.split('_');
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |name, part| {
        let (letter, rest) = part.split_at_checked(1).unwrap_or_default();
        name + &letter.to_ascii_uppercase() + rest
    })
}
