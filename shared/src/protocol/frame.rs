//! Every frame of the socket, both ways. A request that can be read becomes an [`Action`]; the match
//! on it is the socket's route table.

use std::collections::BTreeMap;

use serde::{Serialize, Serializer};
use serde_json::{Map, Value};

use super::view;
use crate::{
    domain::{
        ConnectionId, ConversationId, Fault, Fields, Message, SessionId, Timestamp, UserId,
        fields::MOST, limits,
    },
    problem::{Code, Problem},
};

/// A request that a client sent.
#[derive(Debug, Clone, PartialEq)]
pub struct Request {
    /// The client's id of it, to be given back.
    pub id: String,
    /// What is asked for.
    pub action: Action,
}

/// What a client may ask for.
#[derive(Debug, Clone, PartialEq)]
pub enum Action {
    /// Who am I, and what holds here?
    Hello,
    /// Are you there?
    Ping,
    /// Send a message.
    Send {
        /// Where to.
        conversation_id: ConversationId,
        /// What.
        message: Message,
    },
    /// Move one's read mark.
    Read {
        /// Where.
        conversation_id: ConversationId,
        /// Up to which entry.
        seq: u64,
    },
    /// Tell the others that one is writing.
    Typing {
        /// Where.
        conversation_id: ConversationId,
    },
    /// What came since?
    Sync {
        /// The newest entry that the client holds of each conversation that it knows.
        since: BTreeMap<ConversationId, u64>,
        /// Entries of a conversation, at most.
        limit: u64,
    },
}

impl Action {
    /// Its name in frames.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Hello => "hello",
            Self::Ping => "ping",
            Self::Send { .. } => "send",
            Self::Read { .. } => "read",
            Self::Typing { .. } => "typing",
            Self::Sync { .. } => "sync",
        }
    }

    fn parse(name: &str, fields: &mut Fields) -> Option<Result<Self, ()>> {
        let conversation =
            |fields: &mut Fields| fields.text("conversation_id", str::parse::<ConversationId>);
        let action = match name {
            "hello" => Some(Self::Hello),
            "ping" => Some(Self::Ping),
            "send" => {
                let (conversation_id, message) = (conversation(fields), Message::parse(fields));
                conversation_id
                    .zip(message)
                    .map(|(conversation_id, message)| Self::Send { conversation_id, message })
            }
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
        Some(action.ok_or(()))
    }
}

fn parse_since(fields: &mut Fields) -> Option<BTreeMap<ConversationId, u64>> {
    let object = fields.object("since", limits::SYNC_CONVERSATIONS)?;
    let mut since = BTreeMap::new();
    for (id, seq) in object {
        let pointer = format!("since/{}", id.chars().take(64).collect::<String>());
        match (id.parse(), seq.as_u64()) {
            (Ok(id), Some(seq)) if seq <= MOST => {
                since.insert(id, seq);
            }
            (Err(_), _) => fields.fault(&pointer, "is not a valid conversation id"),
            (Ok(_), _) => fields.fault(&pointer, "must be a sequence number"),
        }
    }
    fields.is_valid().then_some(since)
}

fn parse_limit(fields: &mut Fields) -> Option<u64> {
    let (default, most) = limits::CURSOR_SIZE;
    match fields.optional_number("limit", 1)? {
        Some(limit) if limit > most => {
            fields.fault("limit", format!("must be a whole number from 1 to {most}"));
            None
        }
        limit => Some(limit.unwrap_or(default)),
    }
}

/// A request that is refused before anything is done, with what could be read of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Refused {
    /// The client's id of it, if it could be read.
    pub id: Option<String>,
    /// The action, if it could be read.
    pub action: Option<String>,
    /// Why.
    pub problem: Problem,
}

impl Request {
    /// Reads a frame.
    ///
    /// # Errors
    /// [`Code::InvalidFrame`] where its id or action cannot be read, [`Code::UnknownAction`], or
    /// [`Code::InvalidRequest`] with all faults of its members.
    pub fn parse(text: &str) -> Result<Self, Refused> {
        let unreadable = |detail: &str| Refused {
            id: None,
            action: None,
            problem: Problem::with_detail(Code::InvalidFrame, detail),
        };
        let mut object: Map<String, Value> = serde_json::from_str(text)
            .map_err(|_| unreadable("a frame has to be one JSON object"))?;
        let id = match object.remove("id") {
            Some(Value::String(id))
                if (1..=limits::FRAME_ID_CHARS).contains(&id.chars().count()) =>
            {
                id
            }
            _ => return Err(unreadable("id has to be a string of 1 to 64 characters")),
        };
        let Some(Value::String(name)) = object.remove("action") else {
            return Err(unreadable("action has to be a string"));
        };
        let refused = |problem, name| Refused { id: Some(id.clone()), action: Some(name), problem };
        let mut fields = Fields::new(object);
        match Action::parse(&name, &mut fields) {
            Some(Ok(action)) => Ok(Self { id, action }),
            Some(Err(())) => {
                let problem = Problem { code: Code::InvalidRequest, ..fields.refuse().into() };
                Err(refused(problem, name))
            }
            None => {
                let shown = name.chars().take(limits::FRAME_ID_CHARS).collect();
                Err(refused(Problem::new(Code::UnknownAction), shown))
            }
        }
    }
}

/// A frame that a client is sent.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Frame {
    /// The answer to a request.
    Reply {
        /// The client's id of the request.
        id: String,
        /// Its action.
        action: String,
        /// The answer.
        data: Reply,
    },
    /// The refusal of a request.
    Error {
        /// The client's id of the request, if it could be read.
        id: Option<String>,
        /// Its action, if it could be read.
        action: Option<String>,
        /// The status that HTTP would have.
        status: u16,
        /// What clients switch on.
        code: &'static str,
        /// For people.
        detail: String,
        /// The faults of an invalid request.
        #[serde(skip_serializing_if = "Vec::is_empty")]
        errors: Vec<Fault>,
        /// Seconds until it is worth trying again.
        #[serde(skip_serializing_if = "Option::is_none")]
        retry_after: Option<u64>,
    },
    /// Something that happened.
    Event(Event),
}

impl Frame {
    /// The refusal of a request.
    pub fn refusal(id: Option<String>, action: Option<String>, problem: Problem) -> Self {
        Self::Error {
            id,
            action,
            status: problem.code.status(),
            code: problem.code.slug(),
            retry_after: problem.retry_after_secs(),
            detail: problem.detail,
            errors: problem.errors,
        }
    }

    /// The frame as text.
    ///
    /// # Errors
    /// Never for the types above; the serializer's signature asks.
    pub fn to_text(&self) -> Result<String, serde_json::Error> {
        serde_json::to_string(self)
    }
}

/// What a request is answered with.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Reply {
    /// To `hello`.
    Hello(Box<Hello>),
    /// To `ping` and `typing`.
    Nothing {},
    /// To `send`.
    Sent {
        /// The message as it stands in the log.
        message: Box<view::Message>,
        /// Whether it stood there already.
        duplicate: bool,
    },
    /// To `read`.
    Read(ReadMark),
    /// To `sync`.
    Sync(Sync),
}

/// Who speaks on this socket, and what holds.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Hello {
    /// The user.
    pub user: view::Oneself,
    /// The socket.
    pub connection_id: ConnectionId,
    /// When the socket closes at the latest.
    pub expires_at: Timestamp,
    /// Our clock: a `client_id` may be at most 10 s ahead of it.
    pub server_time: Timestamp,
    /// How often the client should be heard, in seconds.
    pub heartbeat_seconds: u64,
    /// The limits that a client should know.
    pub limits: Limits,
}

/// The limits that a client should know.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Limits {
    /// Characters of a message.
    pub content_chars: usize,
    /// Bytes of a frame.
    pub frame_bytes: usize,
    /// Entries of one sender in one conversation within `entries_window_seconds`.
    pub entries_per_sender: u32,
    /// The window that they are counted in.
    pub entries_window_seconds: u64,
    /// How far a `client_id`'s time may be ahead.
    pub client_id_ahead_seconds: u64,
    /// Conversations that one `sync` may name.
    pub sync_conversations: usize,
    /// Sockets of one account.
    pub sockets: usize,
    /// Seconds until an idle socket is closed.
    pub idle_seconds: u64,
}

/// Where a read mark stands.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ReadMark {
    /// The newest entry that was read.
    pub read_seq: u64,
    /// Messages of others since.
    pub unread_count: u64,
}

/// What came since.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Sync {
    /// Conversations with something new, and those that were not named.
    pub conversations: Vec<Newer>,
    /// Conversations that were named and are not the caller's.
    pub gone: Vec<ConversationId>,
    /// Whether another `sync` would bring more.
    pub has_more: bool,
}

/// What is new in a conversation.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Newer {
    /// The conversation.
    pub conversation_id: ConversationId,
    /// The entries after the one that the client holds.
    pub entries: Vec<view::Entry>,
    /// The newest entry there is.
    pub head_seq: u64,
    /// Whether there are more than these.
    pub has_more: bool,
}

/// Something that happened, pushed to those whom it concerns.
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    /// An entry was added to a conversation.
    Entry(Box<view::Entry>, ConversationId, u64),
    /// A conversation was made, or the user was added to it.
    Conversation(Box<view::Conversation>),
    /// A member's read mark moved.
    Read {
        /// Where.
        conversation_id: ConversationId,
        /// Whose.
        user_id: UserId,
        /// To which entry.
        read_seq: u64,
    },
    /// A member is writing.
    Typing {
        /// Where.
        conversation_id: ConversationId,
        /// Who.
        user_id: UserId,
        /// Until when to show it.
        expires_at: Timestamp,
    },
    /// The session ended; the socket closes.
    SessionEnded {
        /// Which.
        session_id: SessionId,
    },
}

impl Event {
    /// The push of an entry.
    pub fn entry(entry: &crate::domain::Entry) -> Self {
        Self::Entry(Box::new(entry.into()), entry.conversation_id.clone(), entry.seq)
    }
}

/// An event's members on the wire.
#[derive(Serialize)]
struct EventMembers<'a, Data> {
    event: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    conversation_id: Option<&'a ConversationId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    seq: Option<u64>,
    data: Data,
}

#[derive(Serialize)]
struct ReadData {
    user_id: UserId,
    read_seq: u64,
}

#[derive(Serialize)]
struct TypingData {
    user_id: UserId,
    expires_at: Timestamp,
}

#[derive(Serialize)]
struct SessionEndedData {
    session_id: SessionId,
}

impl Serialize for Event {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Entry(entry, conversation_id, seq) => {
                let (conversation_id, seq) = (Some(conversation_id), Some(*seq));
                EventMembers { event: "entry", conversation_id, seq, data: entry }
                    .serialize(serializer)
            }
            Self::Conversation(conversation) => {
                let conversation_id = Some(&conversation.id);
                let data = conversation;
                EventMembers { event: "conversation", conversation_id, seq: None, data }
                    .serialize(serializer)
            }
            Self::Read { conversation_id, user_id, read_seq } => {
                let data = ReadData { user_id: *user_id, read_seq: *read_seq };
                let conversation_id = Some(conversation_id);
                EventMembers { event: "read", conversation_id, seq: None, data }
                    .serialize(serializer)
            }
            Self::Typing { conversation_id, user_id, expires_at } => {
                let data = TypingData { user_id: *user_id, expires_at: *expires_at };
                let conversation_id = Some(conversation_id);
                EventMembers { event: "typing", conversation_id, seq: None, data }
                    .serialize(serializer)
            }
            Self::SessionEnded { session_id } => {
                let data = SessionEndedData { session_id: *session_id };
                EventMembers { event: "session_ended", conversation_id: None, seq: None, data }
                    .serialize(serializer)
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
    fn what_cannot_be_read_has_no_id() {
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
    fn a_wrong_member_is_told_with_the_id() {
        let id = Some("7".to_owned());
        for text in [
            r#"{"action":"send","id":"7"}"#,
            r#"{"action":"read","id":"7","conversation_id":5,"seq":1}"#,
            r#"{"action":"sync","id":"7","since":[]}"#,
            r#"{"action":"sync","id":"7","since":{"x":1}}"#,
            r#"{"action":"sync","id":"7","since":{},"limit":101}"#,
        ] {
            assert_eq!(refusal(text), (id.clone(), "invalid_request"), "{text}");
        }
        assert_eq!(refusal(r#"{"action":"dance","id":"7"}"#), (id, "unknown_action"));
    }

    #[test]
    fn an_event_has_the_contracts_form() {
        let session_id = "01ARZ3NDEKTSV4RRFFQ69G5FAV".parse().unwrap();
        let text = Frame::Event(Event::SessionEnded { session_id }).to_text().unwrap();
        assert_eq!(
            text,
            r#"{"type":"event","event":"session_ended","data":{"session_id":"01ARZ3NDEKTSV4RRFFQ69G5FAV"}}"#
        );
    }
}
