//! What a member wants to do in a conversation.

use super::{Content, Emote, Message, Role, Title, UserId};

/// What a member wants to do in a conversation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Intent {
    /// Send a message.
    Send(Message),
    /// Change the text of the member's own message.
    Edit {
        /// The message.
        seq: u64,
        /// The new text of the message.
        content: Content,
    },
    /// Delete a message.
    Delete {
        /// The message.
        seq: u64,
    },
    /// Add a reaction to a message, or remove it.
    React {
        /// The message.
        seq: u64,
        /// The emoji.
        emote: Emote,
        /// True adds the reaction, false removes it.
        add: bool,
    },
    /// Change the title of a group.
    Retitle(Title),
    /// Add members, or change the role of members.
    Add {
        /// The users, each once, at most [`MEMBERS_PER_WRITE`](super::limits::internal::MEMBERS_PER_WRITE). The caller must check
        /// that they exist.
        user_ids: Vec<UserId>,
        /// Their role. `None` adds new members with the role `member` and leaves existing members unchanged.
        role: Option<Role>,
    },
    /// Remove a member. A member who removes themselves leaves.
    Remove {
        /// The member to remove.
        user_id: UserId,
    },
}

impl Intent {
    /// The message that the decision depends on, if any.
    pub fn target_seq(&self) -> Option<u64> {
        match self {
            Self::Send(message) => message.reply_to,
            Self::Edit { seq, .. } | Self::Delete { seq } | Self::React { seq, .. } => Some(*seq),
            Self::Retitle(_) | Self::Add { .. } | Self::Remove { .. } => None,
        }
    }
}
