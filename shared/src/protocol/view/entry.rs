//! The entries of a conversation's log.

#[cfg(feature = "schema")]
use schemars::JsonSchema;
use serde::Serialize;

use super::Message;
use crate::domain::{self, Body, ConversationId, Role, Timestamp, Title, UserId};

/// An entry of a conversation's log. `type` selects the schema.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Entry {
    /// A message was sent. The text is the current one. `reactions` is empty, because later entries add and remove reactions.
    Message(Message),
    /// The sender changed the text of a message.
    Edit(MessageChange),
    /// A message was deleted.
    Delete(MessageChange),
    /// A member added a reaction to a message.
    ReactionAdded(ReactionChange),
    /// A member removed their reaction from a message.
    ReactionRemoved(ReactionChange),
    /// A user was added, or a member's role changed.
    MemberAdded(MemberChange),
    /// A member left or was removed.
    MemberRemoved(MemberChange),
    /// The title of the group changed.
    TitleChanged(TitleChange),
}

/// The fields that every entry has.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema), schemars(inline))]
pub struct EntryFields {
    /// The conversation.
    pub conversation_id: ConversationId,
    /// The sequence number in the log of the conversation.
    #[cfg_attr(feature = "schema", schemars(range(min = 1)))]
    pub seq: u64,
    /// The user who caused the entry. May be `null` in a later version, for entries that no user caused.
    #[cfg_attr(feature = "schema", schemars(with = "Option<UserId>"))]
    pub sender_id: UserId,
    /// When the server accepted the entry.
    pub created_at: Timestamp,
}

/// A change to a message.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema), schemars(inline))]
pub struct MessageChange {
    /// The fields that every entry has.
    #[serde(flatten)]
    pub common: EntryFields,
    /// The `seq` of the message.
    #[cfg_attr(feature = "schema", schemars(range(min = 1)))]
    pub target_seq: u64,
    /// The message in its current state. Older texts are not stored.
    pub message: Message,
}

/// A change to the reactions to a message.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema), schemars(inline))]
pub struct ReactionChange {
    /// The fields that every entry has.
    #[serde(flatten)]
    pub common: EntryFields,
    /// The `seq` of the message.
    #[cfg_attr(feature = "schema", schemars(range(min = 1)))]
    pub target_seq: u64,
    /// The canonical shortcode of the emoji.
    pub emote: &'static str,
}

/// A change to the members.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema), schemars(inline))]
pub struct MemberChange {
    /// The fields that every entry has.
    #[serde(flatten)]
    pub common: EntryFields,
    /// The user who was added, changed or removed.
    pub user_id: UserId,
    /// The user's new role, or the role before the removal.
    pub role: Role,
}

/// A change to the title.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema), schemars(inline))]
pub struct TitleChange {
    /// The fields that every entry has.
    #[serde(flatten)]
    pub common: EntryFields,
    /// The new title.
    pub title: Title,
}

impl Entry {
    /// An entry as the reader sees it. `target` is the message that it changed. Returns `None` if `target` is needed and missing.
    pub fn new(
        entry: &domain::Entry,
        target: Option<&domain::Entry>,
        reader: UserId,
    ) -> Option<Self> {
        let common = EntryFields {
            conversation_id: entry.conversation_id.clone(),
            seq: entry.seq,
            sender_id: entry.sender_id,
            created_at: entry.created_at,
        };
        let changed = |common, target_seq| {
            let target = target.filter(|target| target.seq == target_seq)?;
            Some(MessageChange { common, target_seq, message: Message::new(target, reader)? })
        };
        let reacted = |common, target_seq, emote: domain::Emote| ReactionChange {
            common,
            target_seq,
            emote: emote.shortcode(),
        };
        Some(match &entry.body {
            Body::Message(message) => Self::Message(Message::as_sent(entry, message)),
            Body::Edit { target_seq } => Self::Edit(changed(common, *target_seq)?),
            Body::Delete { target_seq } => Self::Delete(changed(common, *target_seq)?),
            Body::ReactionAdded { target_seq, emote } => {
                Self::ReactionAdded(reacted(common, *target_seq, *emote))
            }
            Body::ReactionRemoved { target_seq, emote } => {
                Self::ReactionRemoved(reacted(common, *target_seq, *emote))
            }
            Body::MemberAdded { user_id, role } => {
                Self::MemberAdded(MemberChange { common, user_id: *user_id, role: *role })
            }
            Body::MemberRemoved { user_id, role } => {
                Self::MemberRemoved(MemberChange { common, user_id: *user_id, role: *role })
            }
            Body::TitleChanged { title } => {
                Self::TitleChanged(TitleChange { common, title: title.clone() })
            }
        })
    }
}
