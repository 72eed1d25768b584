//! A user's membership of a conversation, with the read mark.

use serde::{Deserialize, Serialize};

use super::{Conversation, ConversationId, Member, ReadMark, UserId};

/// A user's place in a conversation: how far they have read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Membership {
    /// The conversation.
    pub conversation_id: ConversationId,
    /// The other one, where the conversation is a direct one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub partner: Option<UserId>,
    /// Their slot in it.
    pub slot: u8,
    /// The newest entry that they have read.
    pub read_seq: u64,
    /// How many messages the conversation had up to that entry.
    pub read_number: u64,
}

impl Membership {
    /// Of a member who has read up to here.
    pub fn new(conversation: &Conversation, member: &Member, read: ReadMark) -> Self {
        Self {
            conversation_id: conversation.id.clone(),
            partner: conversation.partner(member.user_id),
            slot: member.slot,
            read_seq: read.seq,
            read_number: read.number,
        }
    }

    /// How far they have read.
    pub fn read(&self) -> ReadMark {
        ReadMark { seq: self.read_seq, number: self.read_number }
    }
}
