//! A message in its current state: the text, with later edits, reactions and deletion applied.

use serde::{Deserialize, Serialize};

use super::{
    ClientId, Content, Emote, Fields, Timestamp, UserId,
    reaction::{Reactions, TooManyEmotes},
};

/// A message. It is stored in the entry that sent it, and changes there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    /// The id that the sender's client gave it.
    pub client_id: ClientId,
    /// The text; `None` after deletion.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content: Option<Content>,
    /// The message that it replies to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply_to: Option<u64>,
    /// When its text was last changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub edited_at: Option<Timestamp>,
    /// The reactions to it.
    #[serde(default, skip_serializing_if = "Reactions::is_empty")]
    pub reactions: Reactions,
    /// The latest entry that changed it; 0 if none did.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub changed_seq: u64,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_zero(seq: &u64) -> bool {
    *seq == 0
}

impl Message {
    /// Creates a message that is not sent yet.
    pub fn new(client_id: ClientId, content: Content, reply_to: Option<u64>) -> Self {
        Self {
            client_id,
            content: Some(content),
            reply_to,
            edited_at: None,
            reactions: Reactions::default(),
            changed_seq: 0,
        }
    }

    /// Reads `client_id`, `content` and `reply_to` from a request to send a message.
    pub fn parse(fields: &mut Fields) -> Option<Self> {
        let client_id = fields.text("client_id", |text| {
            text.parse::<ClientId>().map_err(|_| "must be a ULID or a UUID version 7")
        });
        let content = fields.text("content", Content::parse);
        let reply_to = fields.optional_number("reply_to", 1);
        Some(Self::new(client_id?, content?, reply_to?))
    }

    /// Returns true if it was deleted.
    pub fn is_deleted(&self) -> bool {
        self.content.is_none()
    }

    /// Replaces its text.
    pub fn edit(&mut self, content: Content, at: Timestamp) {
        self.content = Some(content);
        self.edited_at = Some(at);
    }

    /// Removes its text and its reactions. The message keeps its place in the log.
    pub fn delete(&mut self) {
        self.content = None;
        self.reactions = Reactions::default();
    }

    /// Adds a user's reaction.
    ///
    /// # Errors
    /// [`TooManyEmotes`]
    pub fn react(&mut self, user_id: UserId, emote: Emote) -> Result<(), TooManyEmotes> {
        self.reactions.add(user_id, emote)
    }
}
