//! A session and its user.

use serde::{Deserialize, Serialize};

use super::{SessionId, Timestamp, UserId};

/// A user and one of the user's sessions: claimed by a token or a ticket, and confirmed by the session's row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Identity {
    /// The user.
    pub user_id: UserId,
    /// The session.
    pub session_id: SessionId,
}

/// A login. It has one bearer token, until it ends.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Session {
    /// The id of the session.
    pub id: SessionId,
    /// When the user logged in.
    pub created_at: Timestamp,
    /// When the session expires.
    pub ends_at: Timestamp,
    /// The client's user agent, cut to 256 characters.
    pub user_agent: Option<String>,
}
