//! An entry of a conversation's log.

use serde::{Deserialize, Serialize};

use super::{ConversationId, Emote, Message, ReadMark, Role, Sent, Timestamp, Title, UserId};

/// One entry of a conversation's log. What it says, and what the next writer needs to know of all before it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// The conversation.
    pub conversation_id: ConversationId,
    /// Its number: 1, 2, 3 … without a gap.
    pub seq: u64,
    /// Who did it.
    pub sender_id: UserId,
    /// When it was accepted; never before the entry ahead of it.
    pub created_at: Timestamp,
    /// What happened.
    #[serde(flatten)]
    pub body: Body,
    /// The latest time in any client's id up to here: a message made later cannot stand further back.
    pub newest_client_time: u64,
    /// Messages up to here.
    pub message_number: u64,
    /// The newest message up to here; 0: none yet.
    pub last_message_seq: u64,
    /// The number of each member's newest message up to here.
    pub sent: Sent,
    /// Entries of this sender in the 10 s up to here, or more: an upper bound. 0: it is not counted, for it came with
    /// another.
    pub recent: u32,
    /// The latest change of the conversation itself, of its members or its title, up to here; 0: none.
    pub conversation_seq: u64,
    /// Random; tells a writer whose answer was lost that the entry standing there is its own.
    pub write_id: u64,
}

impl Entry {
    /// About the bytes that it takes in the table.
    pub fn size_hint(&self) -> usize {
        let body = self.message().map_or(64, |message| {
            let content = message.content.as_ref().map_or(0, |content| content.as_str().len());
            let reactions =
                message.reactions.iter().map(|reaction| 16 * reaction.users.count() + 48);
            content + reactions.sum::<usize>()
        });
        body + 400
    }

    /// The message that it sent, as it stands now.
    pub fn message(&self) -> Option<&Message> {
        match &self.body {
            Body::Message(message) => Some(message),
            _ => None,
        }
    }

    /// The latest entry that this row shows something of: its own, or one that changed its message.
    pub fn as_of_seq(&self) -> u64 {
        self.message().map_or(0, |message| message.changed_seq).max(self.seq)
    }

    /// Where the read mark of somebody stands who joins with it: what was said before is not news to them.
    pub fn read_from_here(&self) -> ReadMark {
        ReadMark { seq: self.seq, number: self.message_number }
    }
}

/// What happened in an entry. Of an edit, a deletion and a reaction it says only to which message: that stands in
/// its own entry, changed, and no older text is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Body {
    /// A message was sent.
    Message(Message),
    /// Its sender changed the text of a message.
    Edit {
        /// The message.
        target_seq: u64,
    },
    /// A message was deleted.
    Delete {
        /// The message.
        target_seq: u64,
    },
    /// Somebody reacted to a message.
    ReactionAdded {
        /// The message.
        target_seq: u64,
        /// With this.
        emote: Emote,
    },
    /// Somebody took their reaction back.
    ReactionRemoved {
        /// The message.
        target_seq: u64,
        /// Which.
        emote: Emote,
    },
    /// Somebody is a member now, or has another role.
    MemberAdded {
        /// Who.
        user_id: UserId,
        /// As what.
        role: Role,
    },
    /// Somebody left or was removed.
    MemberRemoved {
        /// Who.
        user_id: UserId,
        /// What they were.
        role: Role,
    },
    /// The group has another title.
    TitleChanged {
        /// Which.
        title: Title,
    },
}

impl Body {
    /// The message that it changed.
    pub fn target_seq(&self) -> Option<u64> {
        match self {
            Self::Edit { target_seq }
            | Self::Delete { target_seq }
            | Self::ReactionAdded { target_seq, .. }
            | Self::ReactionRemoved { target_seq, .. } => Some(*target_seq),
            Self::Message(_)
            | Self::MemberAdded { .. }
            | Self::MemberRemoved { .. }
            | Self::TitleChanged { .. } => None,
        }
    }
}
