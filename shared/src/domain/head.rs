//! The head of a conversation, as lists show it: a hint, written after an entry and never ahead of it.

use serde::{Deserialize, Serialize};

use super::{
    Conversation, ConversationId, Entry, Kind, Member, Message, Sent, Timestamp, Title, UserId,
    limits,
};

/// What a list shows of a conversation: a function of the conversation, its newest entry and its newest message, so that
/// whoever wrote the newest entry may overwrite it and a lost one can be made again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    /// The conversation.
    pub conversation_id: ConversationId,
    /// Its kind.
    pub kind: Kind,
    /// A group's title.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<Title>,
    /// The first of its members.
    pub members: Vec<Member>,
    /// How many there are.
    pub member_count: u64,
    /// Its newest entry; 0: none yet.
    pub head_seq: u64,
    /// How many messages it has.
    pub message_number: u64,
    /// The number of each member's newest message.
    pub sent: Sent,
    /// Its newest message.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_message: Option<LastMessage>,
    /// When something last happened.
    pub updated_at: Timestamp,
}

/// The newest message, with what its entry knows of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LastMessage {
    /// Its number in the log.
    pub seq: u64,
    /// Its sender.
    pub sender_id: UserId,
    /// When it was accepted.
    pub created_at: Timestamp,
    /// The message.
    #[serde(flatten)]
    pub message: Message,
}

impl Head {
    /// The head of a conversation whose newest entry and newest message these are.
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

    /// Messages of others after the later of the reader's mark and their own newest message.
    pub fn unread(&self, slot: u8, read_number: u64) -> u64 {
        self.message_number.saturating_sub(self.sent.number(slot).max(read_number))
    }
}

impl LastMessage {
    /// The latest entry that it shows something of: its own, or one that changed it.
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
