//! The head of a conversation, as lists show it: a hint, written after an entry and never ahead of it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{
    Conversation, ConversationId, Entry, Kind, Member, Message, Timestamp, UserId, limits,
};

/// What a list shows of a conversation: a function of the conversation and its newest entry, so that
/// whoever wrote the newest entry may overwrite it and a lost one can be made again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    /// The conversation.
    pub conversation_id: ConversationId,
    /// Its kind.
    pub kind: Kind,
    /// A group's title.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// The first of its members.
    pub members: Vec<Member>,
    /// How many there are.
    pub member_count: u64,
    /// Its newest entry; 0: none yet.
    pub head_seq: u64,
    /// How many messages it has.
    pub message_number: u64,
    /// The number of each sender's newest message.
    pub sent: BTreeMap<UserId, u64>,
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
    /// The head of a conversation whose newest entry this is.
    pub fn new(conversation: &Conversation, newest: Option<&Entry>) -> Self {
        Self {
            conversation_id: conversation.id.clone(),
            kind: conversation.kind,
            title: conversation.title.clone(),
            members: conversation.members.iter().take(limits::LISTED_MEMBERS).copied().collect(),
            member_count: conversation.members.len() as u64,
            head_seq: newest.map_or(0, |entry| entry.seq),
            message_number: newest.map_or(0, |entry| entry.message_number),
            sent: newest.map(|entry| entry.sent.clone()).unwrap_or_default(),
            last_message: newest.map(|entry| {
                let super::Body::Message(message) = &entry.body;
                LastMessage {
                    seq: entry.seq,
                    sender_id: entry.sender_id,
                    created_at: entry.created_at,
                    message: message.clone(),
                }
            }),
            updated_at: newest.map_or(conversation.created_at, |entry| entry.created_at),
        }
    }

    /// Messages of others after the later of the reader's mark and their own newest message.
    pub fn unread(&self, reader: UserId, read_number: u64) -> u64 {
        let own = self.sent.get(&reader).copied().unwrap_or(0);
        self.message_number.saturating_sub(own.max(read_number))
    }
}
