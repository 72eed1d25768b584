//! An open socket of an account.

use serde::{Deserialize, Serialize};

use super::{SessionId, Timestamp};

/// A socket that is open for an account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Socket {
    /// The session that opened it.
    pub session_id: SessionId,
    /// When it was opened.
    pub opened_at: Timestamp,
    /// Until when it counts as alive. In 1970 until its first frame, for a post before `$connect` has returned is 410.
    #[serde(default)]
    pub lease_until: Timestamp,
}
