//! The credential of an account.

use serde::{Deserialize, Serialize};

use super::{PasswordHash, UserId};

/// How an account is proven: what is kept under its address.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Credential {
    /// Whose address it is.
    pub user_id: UserId,
    /// The hash of the password.
    pub hash: PasswordHash,
    /// Grows with every new password: a login holds only if it is still the one that was checked.
    pub version: u64,
}
