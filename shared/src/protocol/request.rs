//! The requests of the socket. A valid one becomes an [`Action`], and the match on it is the socket's route table.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::{
    domain::{
        Content, ConversationId, Emote, Fields, Intent, Message, fields::whole_number, limits,
    },
    protocol::problem::{Code, Problem},
};

/// The names of all actions. Any other name is an unknown action.
pub const ACTIONS: [&str; 10] =
    ["hello", "ping", "send", "edit", "delete", "react", "unreact", "read", "typing", "sync"];

/// A request from a client.
#[derive(Debug, Clone, PartialEq)]
pub struct Request {
    /// The id that the client chose. The reply has the same id.
    pub id: String,
    /// What the client requests.
    pub action: Action,
}

/// What a client can request.
#[derive(Debug, Clone, PartialEq)]
pub enum Action {
    /// Returns the socket's user and the limits.
    Hello,
    /// Keeps the socket alive.
    Ping,
    /// `send`, `edit`, `delete`, `react` or `unreact`: adds to the log.
    Append {
        /// The name of the action.
        name: &'static str,
        /// The conversation.
        conversation_id: ConversationId,
        /// What the client wants to change.
        intent: Intent,
    },
    /// Moves the user's read mark.
    Read {
        /// The conversation.
        conversation_id: ConversationId,
        /// The newest entry that the user has read.
        seq: u64,
    },
    /// Notifies the other members that the user is typing.
    Typing {
        /// The conversation.
        conversation_id: ConversationId,
    },
    /// Returns the entries that the client does not have yet.
    Sync {
        /// The newest entry that the client has, by conversation.
        since: BTreeMap<ConversationId, u64>,
        /// Maximum entries of one conversation.
        limit: u64,
    },
}

impl Action {
    /// The action's name in frames.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Hello => "hello",
            Self::Ping => "ping",
            Self::Append { name, .. } => name,
            Self::Read { .. } => "read",
            Self::Typing { .. } => "typing",
            Self::Sync { .. } => "sync",
        }
    }

    /// Returns `None` if there is no such action, and `Some(None)` if a field has an error, which `fields` records.
    fn parse(name: &str, fields: &mut Fields) -> Option<Option<Self>> {
        let append = |name, fields: &mut Fields, parse: fn(&mut Fields) -> Option<Intent>| {
            let (conversation_id, intent) = (conversation(fields), parse(fields));
            Some(Self::Append { name, conversation_id: conversation_id?, intent: intent? })
        };
        let action = match name {
            "hello" => Some(Self::Hello),
            "ping" => Some(Self::Ping),
            "send" => append("send", fields, |fields| Message::parse(fields).map(Intent::Send)),
            "edit" => append("edit", fields, |fields| {
                let (seq, content) =
                    (fields.number("seq", 1), fields.text("content", Content::parse));
                Some(Intent::Edit { seq: seq?, content: content? })
            }),
            "delete" => append("delete", fields, |fields| {
                Some(Intent::Delete { seq: fields.number("seq", 1)? })
            }),
            "react" => append("react", fields, |fields| react(fields, true)),
            "unreact" => append("unreact", fields, |fields| react(fields, false)),
            "read" => {
                let (conversation_id, seq) = (conversation(fields), fields.number("seq", 0));
                conversation_id
                    .zip(seq)
                    .map(|(conversation_id, seq)| Self::Read { conversation_id, seq })
            }
            "typing" => {
                conversation(fields).map(|conversation_id| Self::Typing { conversation_id })
            }
            "sync" => {
                let (since, limit) = (parse_since(fields), parse_limit(fields));
                since.zip(limit).map(|(since, limit)| Self::Sync { since, limit })
            }
            _ => return None,
        };
        Some(action)
    }
}

fn react(fields: &mut Fields, add: bool) -> Option<Intent> {
    let (seq, emote) = (fields.number("seq", 1), fields.text("emote", Emote::parse));
    Some(Intent::React { seq: seq?, emote: emote?, add })
}

fn conversation(fields: &mut Fields) -> Option<ConversationId> {
    fields.text("conversation_id", str::parse)
}

fn parse_since(fields: &mut Fields) -> Option<BTreeMap<ConversationId, u64>> {
    let object = fields.object("since", limits::SYNC_CONVERSATIONS)?;
    let mut since = BTreeMap::new();
    for (id, seq) in object {
        match (id.parse(), seq.as_number().and_then(whole_number)) {
            (Ok(id), Some(seq)) => {
                since.insert(id, seq);
            }
            (parsed, _) => {
                let shortened: String = id.chars().take(limits::FRAME_ID_CHARS).collect();
                let detail = match parsed {
                    Ok(_) => "must be a sequence number",
                    Err(_) => "must be a valid conversation id",
                };
                fields.error_at(&["since", &shortened], detail);
            }
        }
    }
    Some(since)
}

fn parse_limit(fields: &mut Fields) -> Option<u64> {
    let (default, max) = limits::CURSOR_SIZE;
    match fields.optional_number("limit", 1)? {
        Some(limit) if limit > max => {
            fields.error("limit", format!("must be a whole number from 1 to {max}"));
            None
        }
        limit => Some(limit.unwrap_or(default)),
    }
}

/// A request that is rejected before it is processed, with the parts that could be read.
#[derive(Debug, Clone, PartialEq)]
pub struct Refused {
    /// The id that the client chose, if it could be read.
    pub id: Option<String>,
    /// The action, if it could be read.
    pub action: Option<String>,
    /// The error.
    pub problem: Problem,
}

impl Request {
    /// Reads a frame.
    ///
    /// # Errors
    /// - [`Code::InvalidFrame`] if its id or action cannot be read
    /// - [`Code::UnknownAction`]
    /// - [`Code::InvalidRequest`] with all errors of its members
    pub fn parse(text: &str) -> Result<Self, Refused> {
        let unreadable = |detail: &str| Refused {
            id: None,
            action: None,
            problem: Problem::with_detail(Code::InvalidFrame, detail),
        };
        let mut object: Map<String, Value> = serde_json::from_str(text)
            .map_err(|_| unreadable("A frame must be one JSON object."))?;
        let id = match object.remove("id") {
            Some(Value::String(id))
                if (1..=limits::FRAME_ID_CHARS).contains(&id.chars().count()) =>
            {
                id
            }
            _ => return Err(unreadable("The id must be a string of 1 to 64 characters.")),
        };
        let Some(Value::String(name)) = object.remove("action") else {
            return Err(unreadable("The action must be a string."));
        };
        let refused = |problem, name| Refused { id: Some(id.clone()), action: Some(name), problem };
        let mut fields = Fields::new(object);
        let action = ACTIONS.contains(&&*name).then(|| Action::parse(&name, &mut fields)).flatten();
        match action {
            Some(action) => match fields.finish(|| action) {
                Ok(action) => Ok(Self { id, action }),
                Err(invalid) => {
                    let problem = Problem { code: Code::InvalidRequest, ..invalid.into() };
                    Err(refused(problem, name))
                }
            },
            None => {
                let shortened = name.chars().take(limits::FRAME_ID_CHARS).collect();
                Err(refused(Problem::new(Code::UnknownAction), shortened))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CONVERSATION: &str = "01ARZ3NDEKTSV4RRFFQ69G5FAV";

    fn refusal(text: &str) -> (Option<String>, &'static str) {
        let refused = Request::parse(text).unwrap_err();
        (refused.id, refused.problem.code.slug())
    }

    #[test]
    fn a_request_is_read() {
        let text = format!(
            r#"{{"action":"read","id":"7","conversation_id":"{CONVERSATION}","seq":3,"more":1}}"#
        );
        let request = Request::parse(&text).unwrap();
        let conversation_id = CONVERSATION.parse().unwrap();
        assert_eq!(
            request,
            Request { id: "7".to_owned(), action: Action::Read { conversation_id, seq: 3 } }
        );
    }

    #[test]
    fn an_unreadable_frame_has_no_id() {
        let deep = format!("{}1{}", "[".repeat(10_000), "]".repeat(10_000));
        let long = format!(r#"{{"action":"ping","id":"{}"}}"#, "x".repeat(65));
        for text in [
            "",
            "nothing",
            "[]",
            "7",
            "{}",
            r#"{"action":"ping"}"#,
            r#"{"action":"ping","id":7}"#,
            r#"{"id":"7"}"#,
            r#"{"id":"","action":"ping"}"#,
            &deep,
            &long,
        ] {
            assert_eq!(refusal(text), (None, "invalid_frame"), "{text:.80}");
        }
    }

    #[test]
    fn an_invalid_member_is_reported_with_the_id() {
        let id = Some("7".to_owned());
        for text in [
            r#"{"action":"send","id":"7"}"#,
            r#"{"action":"read","id":"7","conversation_id":5,"seq":1}"#,
            r#"{"action":"sync","id":"7","since":[]}"#,
            r#"{"action":"sync","id":"7","since":{"":1}}"#,
            r#"{"action":"sync","id":"7","since":{},"limit":101}"#,
        ] {
            assert_eq!(refusal(text), (id.clone(), "invalid_request"), "{text}");
        }
        assert_eq!(refusal(r#"{"action":"dance","id":"7"}"#), (id, "unknown_action"));
    }
}
