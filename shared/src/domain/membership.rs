//! A user's membership of a conversation, with the read mark.

use serde::{Deserialize, Serialize};

use super::{Conversation, ConversationId, Member, ReadMark, UserId};

/// A user's membership of a conversation, and how far the user has read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Membership {
    /// The conversation.
    pub conversation_id: ConversationId,
    /// The other member, if the conversation is direct.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub partner: Option<UserId>,
    /// The member's slot in [`Sent`](super::Sent).
    pub slot: u8,
    /// The newest entry that the user has read.
    pub read_seq: u64,
    /// The number of messages up to that entry.
    pub read_number: u64,
}

impl Membership {
    /// Creates the membership of a member with this read mark.
    pub fn new(conversation: &Conversation, member: &Member, read: ReadMark) -> Self {
        Self {
            conversation_id: conversation.id.clone(),
            partner: conversation.partner(member.user_id),
            slot: member.slot,
            read_seq: read.seq,
            read_number: read.number,
        }
    }

    /// The user's read mark.
    pub fn read(&self) -> ReadMark {
        ReadMark { seq: self.read_seq, number: self.read_number }
    }
}
