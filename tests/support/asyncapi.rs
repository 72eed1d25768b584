//! `docs/asyncapi.yaml`, the description of the socket. Every frame in the tests is validated against it, and against rules that a
//! schema does not express well.

use std::{collections::BTreeMap, fs, sync::OnceLock};

use jsonschema::{Draft, Validator};
use serde_json::{Value, json};
use shared::protocol::problem::Code;

use super::described::close;

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
            // The server sends only described members. A client may send unknown ones.
            let mut schemas = document["components"]["schemas"].clone();
            let written = schemas.as_object_mut().unwrap().iter_mut();
            written
                .filter(|(name, _)| !name.ends_with("Request") && *name != "GatewayError")
                .for_each(|(_, schema)| close(schema));
            let messages = document["components"]["messages"].as_object().unwrap();
            let payloads = messages.iter().map(|(name, message)| {
                let schema = json!({
                    "$ref": message["payload"]["$ref"],
                    "components": { "schemas": schemas },
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
                let errors = errors.map(|error| format!("{}: {error}", error.instance_path()));
                let description = &self.document["components"]["messages"][message]["description"];
                let description = description.as_str().unwrap_or_default();
                errors.chain(contradictions(message, description, frame)).collect()
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

/// Members of a frame that are valid one by one, but not together. The description of an error lists its codes.
fn contradictions(message: &str, description: &str, frame: &Value) -> Vec<String> {
    fn visit(value: &Value, found: &mut Vec<String>) {
        let mut rule = |holds: bool| {
            if !holds {
                found.push(format!("contradiction: {value}"));
            }
        };
        if let Some(deleted) = value["deleted"].as_bool() {
            rule(value["content"].is_null() == deleted);
            rule(!deleted || value["reactions"] == json!([]));
        }
        if value["kind"] == "direct" {
            rule(value["title"].is_null() && value["member_count"] == 2);
        }
        rule(value["kind"] != "group" || value["title"].is_string());
        if let (Some(online), Some(until)) = (value["online"].as_bool(), value.get("online_until"))
        {
            rule(until.is_null() != online);
        }
        if let Some(users) = value["user_ids"].as_array() {
            rule((1..users.len()).all(|place| !users[..place].contains(&users[place])));
        }
        match value {
            Value::Object(object) => object.values().for_each(|member| visit(member, found)),
            Value::Array(items) => items.iter().for_each(|item| visit(item, found)),
            _ => {}
        }
    }
    let mut found = Vec::new();
    visit(&frame["data"], &mut found);
    if frame["type"] != "error" {
        return found;
    }
    let code = Code::ALL.iter().find(|code| frame["code"] == code.slug());
    let is_consistent = code.is_some_and(|code| {
        description.contains(&format!("`{}`", code.slug()))
            && frame["status"] == code.status()
            && frame.get("errors").is_some() == (*code == Code::InvalidRequest)
            && frame.get("retry_after").is_some() == matches!(code.status(), 429 | 503)
            && frame["id"].is_null() == (message == "frameError")
            && frame["action"].is_null() == (message == "frameError")
    });
    if !is_consistent {
        found.push(format!("not an error of this kind: {frame}"));
    }
    found
}

/// The name of the message that a frame should match.
pub fn message_of(frame: &Value) -> String {
    let text = |member: &str| frame[member].as_str().unwrap_or_default();
    match text("type") {
        "reply" => format!("{}Reply", text("action")),
        "event" => format!("{}Event", camel(text("event"))),
        "error" if frame["id"].is_null() => "frameError".to_owned(),
        "error" => "requestError".to_owned(),
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
