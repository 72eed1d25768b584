//! A message as it stands: what its sender wrote, and what became of it since.

use serde::{Deserialize, Serialize};

use super::{
    ClientId, Content, Emote, Fields, Timestamp, UserId,
    reaction::{Reactions, TooManyEmotes},
};

/// A message. It stands in the entry that it was sent by, and changes there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    /// The sender's own id of it.
    pub client_id: ClientId,
    /// The text; none once it is deleted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content: Option<Content>,
    /// The message that it answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply_to: Option<u64>,
    /// When its text was last changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub edited_at: Option<Timestamp>,
    /// What people think of it.
    #[serde(default, skip_serializing_if = "Reactions::is_empty")]
    pub reactions: Reactions,
    /// The latest entry that changed it; 0: none did.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub changed_seq: u64,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde's form")]
fn is_zero(seq: &u64) -> bool {
    *seq == 0
}

impl Message {
    /// A message to be sent.
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

    /// Reads `client_id`, `content` and `reply_to` of a request to send.
    pub fn parse(fields: &mut Fields) -> Option<Self> {
        let client_id = fields.text("client_id", str::parse::<ClientId>);
        let content = fields.text("content", Content::parse);
        let reply_to = fields.optional_number("reply_to", 1);
        Some(Self::new(client_id?, content?, reply_to?))
    }

    /// Whether it was deleted.
    pub fn is_deleted(&self) -> bool {
        self.content.is_none()
    }

    /// Gives it another text.
    pub fn edit(&mut self, content: Content, at: Timestamp) {
        self.content = Some(content);
        self.edited_at = Some(at);
    }

    /// Takes away what it said and what people thought of it. Its place stays.
    pub fn delete(&mut self) {
        self.content = None;
        self.reactions = Reactions::default();
    }

    /// Adds a user's emote.
    ///
    /// # Errors
    /// [`TooManyEmotes`]
    pub fn react(&mut self, user_id: UserId, emote: Emote) -> Result<(), TooManyEmotes> {
        self.reactions.add(user_id, emote)
    }
}
