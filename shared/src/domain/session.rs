//! A session, and the user in it.

use serde::{Deserialize, Serialize};

use super::{SessionId, Timestamp, UserId};

/// A user in one of their sessions: what a token or a ticket says, and what holds once the session's row was seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Identity {
    /// The user.
    pub user_id: UserId,
    /// Their session.
    pub session_id: SessionId,
}

/// A login: one bearer token, until it ends.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Session {
    /// Its id.
    pub id: SessionId,
    /// When the login was.
    pub created_at: Timestamp,
    /// When it ends by itself.
    pub ends_at: Timestamp,
    /// What the client called itself, at most 256 characters of it.
    pub user_agent: Option<String>,
}
