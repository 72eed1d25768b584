//! Presence, as it is pushed to other users.

use super::{Timestamp, UserId};

/// A user came online, is still online, or went offline.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Presence {
    /// The user.
    pub user_id: UserId,
    /// The time until which the user counts as online, unless another frame extends it. `None` if offline.
    pub online_until: Option<Timestamp>,
    /// When this was written. If two arrive in the wrong order, the later one is current.
    pub at: Timestamp,
}

impl Presence {
    /// A user who is online until `until`.
    pub fn online(user_id: UserId, at: Timestamp, until: Timestamp) -> Self {
        Self { user_id, online_until: Some(until), at }
    }

    /// A user who went offline.
    pub fn offline(user_id: UserId, at: Timestamp) -> Self {
        Self { user_id, online_until: None, at }
    }
}
