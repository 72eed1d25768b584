//! An entry of a conversation's log.

use serde::{Deserialize, Serialize};

use super::{ConversationId, Emote, Message, ReadMark, Role, Sent, Timestamp, Title, UserId};

/// One entry of a conversation's log. It also carries what the next writer needs to know about all earlier entries.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// The conversation.
    pub conversation_id: ConversationId,
    /// The number of the entry in the log: 1, 2, 3 … without a gap.
    pub seq: u64,
    /// The member whose action it records.
    pub sender_id: UserId,
    /// When the server accepted the entry. Never earlier than the previous entry.
    pub created_at: Timestamp,
    /// What happened.
    #[serde(flatten)]
    pub body: Body,
    /// The latest time in any `client_id` up to this entry, in milliseconds since 1970. A message with a later time is neither
    /// this entry nor an earlier one.
    pub newest_client_time: u64,
    /// The number of messages up to this entry.
    pub message_number: u64,
    /// The newest message up to this entry; 0 if there is none.
    pub last_message_seq: u64,
    /// The number of each member's newest message up to this entry.
    pub sent: Sent,
    /// An upper bound on this sender's entries in the 10 s up to this entry. 0 if another entry of the same write is counted
    /// instead.
    pub recent: u32,
    /// The latest entry up to this one that changed the members or the title; 0 if none did.
    pub conversation_seq: u64,
    /// Random. After a lost response, a writer recognizes its own entry by it.
    pub write_id: u64,
}

impl Entry {
    /// The approximate size of its item in the table, in bytes.
    pub fn size_hint(&self) -> usize {
        let body = self.message().map_or(64, |message| {
            let content = message.content.as_ref().map_or(0, |content| content.as_str().len());
            let reactions =
                message.reactions.iter().map(|reaction| 16 * reaction.users.count() + 48);
            content + reactions.sum::<usize>()
        });
        body + 400
    }

    /// The message that it sent, in its current state.
    pub fn message(&self) -> Option<&Message> {
        match &self.body {
            Body::Message(message) => Some(message),
            _ => None,
        }
    }

    /// The latest entry that this row reflects: itself, or one that changed its message.
    pub fn as_of_seq(&self) -> u64 {
        self.message().map_or(0, |message| message.changed_seq).max(self.seq)
    }

    /// The read mark of a member who joins with this entry. Earlier messages do not count as unread.
    pub fn joining_read_mark(&self) -> ReadMark {
        ReadMark { seq: self.seq, number: self.message_number }
    }
}

/// What happened in an entry. An edit, a deletion or a reaction only names its message: the message's own entry holds the
/// current state, and older texts are not kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Body {
    /// A message was sent.
    Message(Message),
    /// The sender changed the text of a message.
    Edit {
        /// The message.
        target_seq: u64,
    },
    /// A message was deleted.
    Delete {
        /// The message.
        target_seq: u64,
    },
    /// A member added a reaction to a message.
    ReactionAdded {
        /// The message.
        target_seq: u64,
        /// The emoji.
        emote: Emote,
    },
    /// A member removed their reaction from a message.
    ReactionRemoved {
        /// The message.
        target_seq: u64,
        /// The emoji.
        emote: Emote,
    },
    /// A user was added, or a member's role changed.
    MemberAdded {
        /// The user.
        user_id: UserId,
        /// The user's new role.
        role: Role,
    },
    /// A member left or was removed.
    MemberRemoved {
        /// The former member.
        user_id: UserId,
        /// The role that they had.
        role: Role,
    },
    /// The title of the group changed.
    TitleChanged {
        /// The new title.
        title: Title,
    },
}

impl Body {
    /// The message that it changed, if any.
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
