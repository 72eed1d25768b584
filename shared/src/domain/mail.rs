//! The mails of the product, as they wait in the outbox: whose, what about, and nothing that is secret.

use serde::{Deserialize, Serialize};

use super::{MailId, Timestamp, UserId, reset::ResetId};

/// A mail that was promised. It names no address: it goes to the account's, when it is sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mail {
    /// Its id; tells when it was promised.
    pub id: MailId,
    /// Whose it is. Nobody's where an address was asked for that nobody has: then none is sent.
    pub user_id: UserId,
    /// What it says.
    #[serde(flatten)]
    pub about: About,
}

/// What a mail says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "about", rename_all = "snake_case")]
pub enum About {
    /// A link that resets the password.
    Reset {
        /// What its token is derived from.
        reset_id: ResetId,
        /// Under which version of the key.
        key_version: String,
        /// When the token ends.
        ends_at: Timestamp,
    },
    /// The password was changed or reset.
    PasswordChanged {
        /// When.
        at: Timestamp,
    },
}
