//! An open socket of an account.

use serde::{Deserialize, Serialize};

use super::{SessionId, Timestamp};

/// An open socket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Socket {
    /// The session that opened it.
    pub session_id: SessionId,
    /// When the socket was opened.
    pub opened_at: Timestamp,
    /// The time until which the socket counts as alive. It is in 1970 until the first frame, because a post before `$connect` has
    /// returned results in 410.
    #[serde(default)]
    pub lease_until: Timestamp,
}
