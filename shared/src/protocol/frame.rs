//! The frames that the socket sends: replies, errors and events.

use serde::{Serialize, Serializer};

use super::view;
use crate::{
    domain::{ConnectionId, ConversationId, FieldError, Presence, SessionId, Timestamp, UserId},
    protocol::problem::Problem,
};

/// A frame from the server to a client.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Frame {
    /// The reply to a request.
    Reply {
        /// The id that the client gave the request.
        id: String,
        /// The action of the request.
        action: String,
        /// The result.
        data: Reply,
    },
    /// The error for a rejected request.
    Error {
        /// The id that the client gave the request, if it could be read.
        id: Option<String>,
        /// The action of the request, if it could be read.
        action: Option<String>,
        /// The status that the HTTP API would return.
        status: u16,
        /// The stable code that clients switch on.
        code: &'static str,
        /// An explanation for people.
        detail: String,
        /// The field errors of an invalid request.
        #[serde(skip_serializing_if = "Vec::is_empty")]
        errors: Vec<FieldError>,
        /// Seconds until the client should retry.
        #[serde(skip_serializing_if = "Option::is_none")]
        retry_after: Option<u64>,
    },
    /// A push about something that happened.
    Event(Event),
}

impl Frame {
    /// Builds the error for a rejected request.
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

    /// Serializes the frame as text.
    ///
    /// # Errors
    /// Never for these types; the serializer's signature requires it.
    pub fn to_text(&self) -> Result<String, serde_json::Error> {
        serde_json::to_string(self)
    }
}

/// The result of a request.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Reply {
    /// For `hello`.
    Hello(Box<Hello>),
    /// For `ping` and `typing`.
    Nothing {},
    /// For `send`.
    Sent {
        /// The message, as stored in the log.
        message: Box<view::Message>,
        /// Whether an earlier request had already added it.
        duplicate: bool,
    },
    /// For `edit`, `delete`, `react` and `unreact`.
    Changed {
        /// The message, in its current state.
        message: Box<view::Message>,
    },
    /// For `read`.
    Read(ReadMark),
    /// For `sync`.
    Sync(Sync),
}

/// The socket's user, its end, and the limits that apply.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Hello {
    /// The user.
    pub user: view::CurrentUser,
    /// The socket.
    pub connection_id: ConnectionId,
    /// The latest time at which the socket closes.
    pub expires_at: Timestamp,
    /// The server's clock. The time in a `client_id` can be at most 10 s ahead of it.
    pub server_time: Timestamp,
    /// How often the client should send a frame, in seconds.
    pub heartbeat_seconds: u64,
    /// The limits that a client should respect.
    pub limits: Limits,
}

/// The limits that a client should respect.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Limits {
    /// Maximum characters of a message.
    pub content_chars: usize,
    /// Maximum bytes of a frame.
    pub frame_bytes: usize,
    /// Maximum entries of one sender in one conversation within `entries_window_seconds`.
    pub entries_per_sender: u32,
    /// The window for `entries_per_sender`, in seconds.
    pub entries_window_seconds: u64,
    /// How far the time in a `client_id` can be ahead, in seconds.
    pub client_id_ahead_seconds: u64,
    /// Maximum conversations in one `sync`.
    pub sync_conversations: usize,
    /// Maximum sockets of one account.
    pub sockets: usize,
    /// Seconds after which the gateway closes an idle socket.
    pub idle_seconds: u64,
}

/// A read mark after a `read`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ReadMark {
    /// The newest entry that the member has read.
    pub read_seq: u64,
    /// Count of messages from other members since.
    pub unread_count: u64,
}

/// The entries that a client does not have yet.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Sync {
    /// Conversations with new entries, and those that the request did not name.
    pub conversations: Vec<Newer>,
    /// Conversations that the request named, but the caller is not a member of.
    pub gone: Vec<ConversationId>,
    /// Whether another `sync` would return more.
    pub has_more: bool,
}

/// The new entries of a conversation.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Newer {
    /// The conversation.
    pub conversation_id: ConversationId,
    /// The entries after the newest one that the client has.
    pub entries: Vec<view::Entry>,
    /// The newest entry of the conversation.
    pub head_seq: u64,
    /// Whether there are entries after these.
    pub has_more: bool,
}

/// Something that happened, pushed to the users that it concerns.
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    /// A conversation has a new entry: the entry, the conversation, and the entry's number.
    Entry(Box<view::Entry>, ConversationId, u64),
    /// A conversation was created, or the user was added to it.
    Conversation(Box<view::Conversation>),
    /// A member's read mark moved.
    Read {
        /// The conversation.
        conversation_id: ConversationId,
        /// The member.
        user_id: UserId,
        /// The newest entry that the member has read.
        read_seq: u64,
    },
    /// A member is typing.
    Typing {
        /// The conversation.
        conversation_id: ConversationId,
        /// The member.
        user_id: UserId,
        /// Until when to show it.
        expires_at: Timestamp,
    },
    /// A user came online, is still online, or went offline.
    Presence(Presence),
    /// The session ended. The socket closes.
    SessionEnded {
        /// The session.
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
    fn an_event_has_the_form_of_the_contract() {
        let session_id = "01ARZ3NDEKTSV4RRFFQ69G5FAV".parse().unwrap();
        let text = Frame::Event(Event::SessionEnded { session_id }).to_text().unwrap();
        assert_eq!(
            text,
            r#"{"type":"event","event":"session_ended","data":{"session_id":"01ARZ3NDEKTSV4RRFFQ69G5FAV"}}"#
        );
    }
}
