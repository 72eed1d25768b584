//! The head of a conversation, which lists show. It is a hint: it is written after an entry and may lag behind the log.

use serde::{Deserialize, Serialize};

use super::{
    Conversation, ConversationId, Entry, Kind, Member, Message, Sent, Timestamp, Title, UserId,
    limits,
};

/// The data that lists show about a conversation. It depends only on the conversation, its newest entry and its newest message.
/// So the writer of the newest entry can overwrite it, and a lost head can be rebuilt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    /// The conversation.
    pub conversation_id: ConversationId,
    /// Whether it is direct or a group.
    pub kind: Kind,
    /// The title of a group.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<Title>,
    /// The first members, at most [`limits::LISTED_MEMBERS`].
    pub members: Vec<Member>,
    /// The number of all members.
    pub member_count: u64,
    /// The newest entry; 0 if there is none.
    pub head_seq: u64,
    /// The number of messages.
    pub message_number: u64,
    /// The number of each member's newest message.
    pub sent: Sent,
    /// The newest message.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_message: Option<LastMessage>,
    /// When the newest entry was accepted, or the conversation was created.
    pub updated_at: Timestamp,
}

/// The newest message, with the data of its entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LastMessage {
    /// The number of its entry in the log.
    pub seq: u64,
    /// The sender of the message.
    pub sender_id: UserId,
    /// When the server accepted the message.
    pub created_at: Timestamp,
    /// The message.
    #[serde(flatten)]
    pub message: Message,
}

impl Head {
    /// Builds the head of a conversation from its newest entry and its newest message.
    pub fn new(
        conversation: &Conversation,
        newest: Option<&Entry>,
        last_message: Option<&Entry>,
    ) -> Self {
        Self {
            conversation_id: conversation.id.clone(),
            kind: conversation.kind,
            title: conversation.title.clone(),
            members: conversation.members.iter().take(limits::LISTED_MEMBERS).copied().collect(),
            member_count: conversation.members.len() as u64,
            head_seq: newest.map_or(0, |entry| entry.seq),
            message_number: newest.map_or(0, |entry| entry.message_number),
            sent: newest.map(|entry| entry.sent.clone()).unwrap_or_default(),
            last_message: last_message.and_then(LastMessage::new),
            updated_at: newest.map_or(conversation.created_at, |entry| entry.created_at),
        }
    }

    /// The number of messages from other members after the reader's mark or the reader's own newest message, whichever is later.
    pub fn unread(&self, slot: u8, read_number: u64) -> u64 {
        self.message_number.saturating_sub(self.sent.number(slot).max(read_number))
    }
}

impl LastMessage {
    /// The latest entry that it reflects: its own, or one that changed it.
    pub fn as_of_seq(&self) -> u64 {
        self.message.changed_seq.max(self.seq)
    }

    fn new(entry: &Entry) -> Option<Self> {
        Some(Self {
            seq: entry.seq,
            sender_id: entry.sender_id,
            created_at: entry.created_at,
            message: entry.message()?.clone(),
        })
    }
}
