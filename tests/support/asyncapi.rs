//! `docs/asyncapi.yaml`, the document of the socket: what every frame is held against.

use std::{collections::BTreeMap, fs, sync::OnceLock};

use jsonschema::{Draft, Validator};
use serde_json::{Value, json};

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/asyncapi.yaml");

pub struct AsyncApi {
    pub document: Value,
    payloads: BTreeMap<String, Validator>,
}

impl AsyncApi {
    /// The document, read and compiled once.
    pub fn of_project() -> &'static Self {
        static READ: OnceLock<AsyncApi> = OnceLock::new();
        READ.get_or_init(|| {
            let text = fs::read_to_string(FILE).expect("docs/asyncapi.yaml is there");
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

    /// What does not fit where a frame is taken for this message.
    pub fn faults(&self, message: &str, frame: &Value) -> Vec<String> {
        match self.payloads.get(message) {
            None => vec![format!("docs/asyncapi.yaml has no message {message}")],
            Some(payload) => {
                let faults = payload.iter_errors(frame);
                faults.map(|fault| format!("{}: {fault}", fault.instance_path())).collect()
            }
        }
    }

    /// Holds a frame against the document: fails where it is not as its message says. Gives the name of the message and,
    /// where it tells of an entry, that of the entry's kind.
    #[track_caller]
    pub fn hold(&self, frame: &Value) -> Vec<String> {
        let message = message_of(frame);
        let faults = self.faults(&message, frame);
        assert!(
            faults.is_empty(),
            "no {message} of docs/asyncapi.yaml: {frame}\n{}",
            faults.join("\n")
        );
        let entry = frame["data"]["type"].as_str().filter(|_| frame["event"] == "entry");
        let entry = entry.map(|entry| format!("{message}/{entry}"));
        [message].into_iter().chain(entry).collect()
    }
}

/// Which of the document's messages a frame should be.
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

/// `session_ended` as `sessionEnded`.
fn camel(name: &str) -> String {
    let mut parts = name.split('_');
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |name, part| {
        let (letter, rest) = part.split_at_checked(1).unwrap_or_default();
        name + &letter.to_ascii_uppercase() + rest
    })
}
