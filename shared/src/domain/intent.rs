//! What a member intends to do in a conversation.

use super::{Content, Emote, Message, Role, Title, UserId};

/// What somebody wants to do in a conversation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Intent {
    /// Send a message.
    Send(Message),
    /// Change the text of one's message.
    Edit {
        /// The message.
        seq: u64,
        /// Its new text.
        content: Content,
    },
    /// Delete a message.
    Delete {
        /// The message.
        seq: u64,
    },
    /// Add a reaction to a message, or take it back.
    React {
        /// The message.
        seq: u64,
        /// The emoji.
        emote: Emote,
        /// True adds the reaction, false takes it back.
        chosen: bool,
    },
    /// Give a group another title.
    Retitle(Title),
    /// Add members, or give members another role.
    Add {
        /// Who: at most [`limits::internal::ADDED_AT_ONCE`], each once. That they exist is the caller's to know.
        user_ids: Vec<UserId>,
        /// As what. Without: members, and who is one already stays what they are.
        role: Option<Role>,
    },
    /// Remove a member; oneself: leave.
    Remove {
        /// Who.
        user_id: UserId,
    },
}

impl Intent {
    /// The message that has to be looked at to decide.
    pub fn target_seq(&self) -> Option<u64> {
        match self {
            Self::Send(message) => message.reply_to,
            Self::Edit { seq, .. } | Self::Delete { seq } | Self::React { seq, .. } => Some(*seq),
            Self::Retitle(_) | Self::Add { .. } | Self::Remove { .. } => None,
        }
    }
}
