//! The frames that the socket sends: answers, refusals and events.

use serde::{Serialize, Serializer};

use super::view;
use crate::{
    domain::{ConnectionId, ConversationId, FieldError, Presence, SessionId, Timestamp, UserId},
    protocol::problem::Problem,
};

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
        errors: Vec<FieldError>,
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
    /// To `edit`, `delete`, `react` and `unreact`.
    Changed {
        /// The message as it stands.
        message: Box<view::Message>,
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
    pub user: view::CurrentUser,
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
    /// Somebody came, is still there, or went.
    Presence(Presence),
    /// The session ended; the socket closes.
    SessionEnded {
        /// Which.
        session_id: SessionId,
    },
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
struct PresenceData {
    user_id: UserId,
    online: bool,
    online_until: Option<Timestamp>,
    last_seen_at: Timestamp,
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
            Self::Presence(Presence { user_id, online_until, at }) => {
                let data = PresenceData {
                    user_id: *user_id,
                    online: online_until.is_some(),
                    online_until: *online_until,
                    last_seen_at: *at,
                };
                EventMembers { event: "presence", conversation_id: None, seq: None, data }
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
