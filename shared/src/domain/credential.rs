//! The credential of an account.

use serde::{Deserialize, Serialize};

use super::{PasswordHash, UserId};

/// The data that a login is checked against. It is stored under the account's email address.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Credential {
    /// The account's user.
    pub user_id: UserId,
    /// The hash of the password.
    pub hash: PasswordHash,
    /// Increases with every new password. A login succeeds only if the version that it checked is still current.
    pub version: u64,
}
