//! An intent with its sender, not yet decided.

use super::{ClientId, Entry, Intent, UserId};

/// An intent, of somebody.
#[derive(Debug, Clone)]
pub struct Draft {
    /// Who.
    pub sender_id: UserId,
    /// What.
    pub intent: Intent,
    /// Random, one for each request.
    pub write_id: u64,
}

impl Draft {
    /// The id by which it is recognised whenever it is repeated; only messages have one.
    pub fn client_id(&self) -> Option<&ClientId> {
        match &self.intent {
            Intent::Send(message) => Some(&message.client_id),
            _ => None,
        }
    }

    /// Whether an entry was written by this very request.
    pub fn wrote(&self, entry: &Entry) -> bool {
        entry.sender_id == self.sender_id && entry.write_id == self.write_id
    }
}
