//! The schemas of the socket's frames. The requests are written here, because the code parses them field by field.

use serde_json::{Map, Value, json};
use shared::domain::limits::{
    CURSOR_SIZE, FRAME_ID_CHARS, SYNC_CONVERSATIONS, internal::EMOTE_BYTES,
};

use super::{
    about, derived, nullable, object, pascal, reference,
    requests::{client_id, content, number},
    string, with_optional,
};

/// The data of each action's reply.
const REPLIES: [(&str, &str); 10] = [
    ("hello", "Hello"),
    ("ping", "Nothing"),
    ("send", "Sent"),
    ("edit", "ChangedMessage"),
    ("delete", "ChangedMessage"),
    ("react", "ChangedMessage"),
    ("unreact", "ChangedMessage"),
    ("read", "ReadMark"),
    ("typing", "Nothing"),
    ("sync", "Sync"),
];

pub(super) fn all() -> Map<String, Value> {
    let mut all = derived::frames();
    for (action, data) in REPLIES {
        let reply = object(
            &format!("The reply to `{action}`."),
            [
                ("type", constant("reply")),
                ("id", request_id()),
                ("action", constant(action)),
                ("data", reference(data)),
            ],
        );
        all.insert(pascal(action) + "Reply", reply);
    }
    // The tag that tells the kinds of frames apart.
    for (name, schema) in &mut all {
        let kind = match &**name {
            "ErrorFrame" => "error",
            name if name.ends_with("Event") => "event",
            _ => continue,
        };
        schema["properties"]["type"] = constant(kind);
        if let Some(required) = schema["required"].as_array_mut() {
            required.insert(0, "type".into());
        }
    }
    all.extend(requests());
    all.insert("GatewayError".to_owned(), gateway_error());
    all
}

fn requests() -> [(String, Value); 10] {
    let conversation = || ("conversation_id", reference("ConversationId"));
    let seq = || ("seq", about(number(1), "The `seq` of the message."));
    let emote = || {
        (
            "emote",
            json!({
                "type": "string", "description": "A shortcode, with or without its colons, or an emoji.", "minLength": 1, "maxLength": EMOTE_BYTES,
            }),
        )
    };
    [
        request("hello", [], []),
        request("ping", [], []),
        request(
            "send",
            [conversation(), ("client_id", client_id()), ("content", content())],
            [(
                "reply_to",
                about(nullable(number(1)), "The `seq` of the message that this one replies to."),
            )],
        ),
        request("edit", [conversation(), seq(), ("content", content())], []),
        request("delete", [conversation(), seq()], []),
        request("react", [conversation(), seq(), emote()], []),
        request("unreact", [conversation(), seq(), emote()], []),
        request(
            "read",
            [
                conversation(),
                ("seq", about(number(0), "The `seq` of the newest entry that the user has read.")),
            ],
            [],
        ),
        request("typing", [conversation()], []),
        request(
            "sync",
            [(
                "since",
                json!({
                    "type": "object",
                    "description": "The `seq` of the newest entry that the client has, for each conversation that it knows.",
                    "maxProperties": SYNC_CONVERSATIONS,
                    "propertyNames": reference("ConversationId"),
                    "additionalProperties": number(0),
                }),
            )],
            [(
                "limit",
                json!({
                    "type": ["integer", "null"],
                    "description": "The maximum number of entries for each conversation.",
                    "minimum": 1, "maximum": CURSOR_SIZE.1, "default": CURSOR_SIZE.0,
                }),
            )],
        ),
    ]
}

fn request<const N: usize, const M: usize>(
    action: &str,
    members: [(&str, Value); N],
    optional: [(&str, Value); M],
) -> (String, Value) {
    let mut schema = with_optional(&format!("The request `{action}`."), members, optional);
    schema["properties"]["action"] = constant(action);
    schema["properties"]["id"] = request_id();
    if let Some(required) = schema["required"].as_array_mut() {
        required.extend(["action".into(), "id".into()]);
    }
    (pascal(action) + "Request", schema)
}

fn request_id() -> Value {
    json!({
        "type": "string", "description": "The id that the client chose for the request.", "minLength": 1, "maxLength": FRAME_ID_CHARS,
    })
}

fn constant(value: &str) -> Value {
    json!({ "type": "string", "const": value })
}

fn gateway_error() -> Value {
    object(
        "An error of API Gateway, which sends it if the function failed or took too long.",
        [("message", string()), ("connectionId", string()), ("requestId", string())],
    )
}
