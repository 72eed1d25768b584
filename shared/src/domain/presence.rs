//! Presence, as it is told to others.

use super::{Timestamp, UserId};

/// That somebody came, is still there, or went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Presence {
    /// Who.
    pub user_id: UserId,
    /// Until when they count as online unless they are heard of again; `None`: they are offline.
    pub online_until: Option<Timestamp>,
    /// When that was written: of two that arrive in the wrong order, the later holds.
    pub at: Timestamp,
}

impl Presence {
    /// Somebody who is online until then.
    pub fn online(user_id: UserId, at: Timestamp, until: Timestamp) -> Self {
        Self { user_id, online_until: Some(until), at }
    }

    /// Somebody who went offline.
    pub fn offline(user_id: UserId, at: Timestamp) -> Self {
        Self { user_id, online_until: None, at }
    }
}
