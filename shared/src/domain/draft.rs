//! An intent and its sender, before the decision.

use super::{ClientId, Entry, Intent, UserId};

/// An intent, together with the member who has it.
#[derive(Debug, Clone)]
pub struct Draft {
    /// The member.
    pub sender_id: UserId,
    /// What the member wants to do.
    pub intent: Intent,
    /// A random number, different for each request.
    pub write_id: u64,
}

impl Draft {
    /// The id that identifies repeats of the same message. Only messages have one.
    pub fn client_id(&self) -> Option<&ClientId> {
        match &self.intent {
            Intent::Send(message) => Some(&message.client_id),
            _ => None,
        }
    }

    /// Returns true if this request wrote the entry.
    pub fn wrote(&self, entry: &Entry) -> bool {
        entry.sender_id == self.sender_id && entry.write_id == self.write_id
    }
}
