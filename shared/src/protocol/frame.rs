//! The frames that the socket sends: replies, errors and events.

#[cfg(feature = "schema")]
use schemars::JsonSchema;
use serde::Serialize;

use super::view;
#[cfg(feature = "schema")]
use crate::domain::limits;
use crate::{
    domain::{self, ConnectionId, ConversationId, FieldError, SessionId, Timestamp, UserId},
    protocol::problem::Problem,
};

/// A frame from the server to a client.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Frame {
    /// The reply to a request.
    Reply {
        /// The id that the client chose for the request.
        id: String,
        /// The action of the request.
        action: String,
        /// The result.
        data: Reply,
    },
    /// The error for a rejected request.
    Error(Error),
    /// A pushed event.
    Event(Event),
}

impl Frame {
    /// Builds the error for a rejected request.
    pub fn refusal(id: Option<String>, action: Option<String>, problem: Problem) -> Self {
        Self::Error(Error {
            id,
            action,
            status: problem.code.status(),
            code: problem.code.slug(),
            retry_after: problem.retry_after_secs(),
            detail: problem.detail,
            errors: problem.errors,
        })
    }

    /// Serializes the frame as text.
    ///
    /// # Errors
    /// Never for these types; the serializer's signature requires it.
    pub fn to_text(&self) -> Result<String, serde_json::Error> {
        serde_json::to_string(self)
    }
}

/// The server rejected a request, or could not read a frame. Clients switch on `code`.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema), schemars(rename = "ErrorFrame"))]
pub struct Error {
    /// The id that the client chose for the request. `null` if the server could not read it.
    #[cfg_attr(feature = "schema", schemars(length(min = 1, max = limits::FRAME_ID_CHARS)))]
    pub id: Option<String>,
    /// The action of the request. `null` if the server could not read it.
    #[cfg_attr(feature = "schema", schemars(length(max = limits::FRAME_ID_CHARS)))]
    pub action: Option<String>,
    /// The status that the HTTP API returns for this code.
    #[cfg_attr(feature = "schema", schemars(range(min = 400, max = 599)))]
    pub status: u16,
    /// The reason.
    #[cfg_attr(feature = "schema", schemars(schema_with = "super::problem::code_schema"))]
    pub code: &'static str,
    /// An explanation for people. May change.
    #[cfg_attr(feature = "schema", schemars(length(min = 1)))]
    pub detail: String,
    /// All invalid fields of the request, if the code is `invalid_request`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "schema", schemars(length(min = 1)))]
    pub errors: Vec<FieldError>,
    /// Seconds to wait before a retry, if the status is 429 or 503.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "u64", range(min = 1)))]
    pub retry_after: Option<u64>,
}

/// The result of a request.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Reply {
    /// For `hello`.
    Hello(Box<Hello>),
    /// For `ping` and `typing`.
    Nothing(Nothing),
    /// For `send`.
    Sent(Sent),
    /// For `edit`, `delete`, `react` and `unreact`.
    Changed(Changed),
    /// For `read`.
    Read(ReadMark),
    /// For `sync`.
    Sync(Sync),
}

/// The socket's user, the time at which the socket closes, and the limits.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
pub struct Hello {
    /// The user.
    pub user: view::CurrentUser,
    /// The id that the gateway assigned to the socket.
    pub connection_id: ConnectionId,
    /// The latest time at which the socket closes.
    pub expires_at: Timestamp,
    /// The server's clock. The time in a `client_id` can be at most 10 s ahead of it.
    pub server_time: Timestamp,
    /// How often the client should send a frame, in seconds.
    #[cfg_attr(feature = "schema", schemars(range(min = 1)))]
    pub heartbeat_seconds: u64,
    /// The limits that a client should respect.
    pub limits: Limits,
}

/// The limits for a client. Read them from here, because deployments may differ.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
pub struct Limits {
    /// Maximum characters of a message.
    pub content_chars: usize,
    /// Maximum bytes of a frame from a client.
    pub frame_bytes: usize,
    /// Maximum entries of one sender in one conversation within `entries_window_seconds`.
    pub entries_per_sender: u32,
    /// The window for `entries_per_sender`, in seconds.
    pub entries_window_seconds: u64,
    /// How far the time in a `client_id` can be ahead of `server_time`, in seconds.
    pub client_id_ahead_seconds: u64,
    /// Maximum conversations in one `sync`.
    pub sync_conversations: usize,
    /// Maximum sockets of one account.
    pub sockets: usize,
    /// Seconds after which the gateway closes an idle socket.
    pub idle_seconds: u64,
}

/// A reply without data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
pub struct Nothing {}

/// A message that is now in the log.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
pub struct Sent {
    /// The message, as stored in the log.
    pub message: Box<view::Message>,
    /// Whether an earlier request had already added it.
    pub duplicate: bool,
}

/// A message in its current state.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema), schemars(rename = "ChangedMessage"))]
pub struct Changed {
    /// The message.
    pub message: Box<view::Message>,
}

/// The caller's current read mark.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
pub struct ReadMark {
    /// The `seq` of the newest entry that the caller has read, or 0.
    pub read_seq: u64,
    /// The number of unread messages from other users.
    pub unread_count: u64,
}

/// The entries that a client does not have yet.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
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
#[cfg_attr(feature = "schema", derive(JsonSchema), schemars(rename = "NewerEntries"))]
pub struct Newer {
    /// The conversation.
    pub conversation_id: ConversationId,
    /// The entries after the newest one that the client has, in ascending order.
    #[cfg_attr(feature = "schema", schemars(length(max = limits::CURSOR_SIZE.1)))]
    pub entries: Vec<view::Entry>,
    /// The `seq` of the newest entry of the conversation.
    pub head_seq: u64,
    /// Whether there are entries after these.
    pub has_more: bool,
}

/// An event that the server pushes to the users concerned. `event` selects the schema.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    /// An entry was added to a conversation.
    Entry {
        /// The conversation.
        conversation_id: ConversationId,
        /// The sequence number of the entry.
        #[cfg_attr(feature = "schema", schemars(range(min = 1)))]
        seq: u64,
        /// The entry.
        data: Box<view::Entry>,
    },
    /// A conversation was created, or the user was added to it.
    Conversation {
        /// The id of the conversation.
        conversation_id: ConversationId,
        /// The conversation, as the user sees it.
        data: Box<view::Conversation>,
    },
    /// A member's read mark moved.
    Read {
        /// The conversation.
        conversation_id: ConversationId,
        /// The member and the mark.
        data: MemberRead,
    },
    /// A member is typing. Valid until `expires_at`, unless another such event follows.
    Typing {
        /// The conversation.
        conversation_id: ConversationId,
        /// The member.
        data: Typing,
    },
    /// A user came online, is still online, or went offline.
    Presence {
        /// The user and the state.
        data: Presence,
    },
    /// The session of this socket ended. The server closes the socket.
    SessionEnded {
        /// The session.
        data: SessionEnded,
    },
}

impl Event {
    /// A conversation that is new to the user.
    pub fn conversation(conversation: view::Conversation) -> Self {
        Self::Conversation { conversation_id: conversation.id.clone(), data: conversation.into() }
    }
}

/// How far a member has read.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
pub struct MemberRead {
    /// The member.
    pub user_id: UserId,
    /// The `seq` of the newest entry that the member has read.
    pub read_seq: u64,
}

/// A member who is typing.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
pub struct Typing {
    /// The member.
    pub user_id: UserId,
    /// When a client should stop showing that the member is typing.
    pub expires_at: Timestamp,
}

/// Whether a user is online.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
pub struct Presence {
    /// The user.
    pub user_id: UserId,
    /// Whether the user is online.
    pub online: bool,
    /// The time after which the user counts as offline, unless another event follows. `null` for an offline user.
    pub online_until: Option<Timestamp>,
    /// When the server last noticed the user. If two events arrive in the wrong order, the one with the later time is current.
    pub last_seen_at: Timestamp,
}

impl From<domain::Presence> for Presence {
    fn from(presence: domain::Presence) -> Self {
        let domain::Presence { user_id, online_until, at } = presence;
        Self { user_id, online: online_until.is_some(), online_until, last_seen_at: at }
    }
}

/// A session that ended.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
pub struct SessionEnded {
    /// The session.
    pub session_id: SessionId,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_has_the_form_of_the_contract() {
        let session_id = "01ARZ3NDEKTSV4RRFFQ69G5FAV".parse().unwrap();
        let text = Frame::Event(Event::SessionEnded { data: SessionEnded { session_id } })
            .to_text()
            .unwrap();
        assert_eq!(
            text,
            r#"{"type":"event","event":"session_ended","data":{"session_id":"01ARZ3NDEKTSV4RRFFQ69G5FAV"}}"#
        );
    }
}
