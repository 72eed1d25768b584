//! Emails in the outbox. They name the account and the subject matter, and contain no secret.

use serde::{Deserialize, Serialize};

use super::{MailId, Timestamp, UserId, reset::ResetId};

/// An email to be sent. It has no address: it goes to the address that the account has at the time of sending.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mail {
    /// The id of the email, which includes the time when it was queued.
    pub id: MailId,
    /// The account. If the request named an unknown address, this account does not exist and nothing is sent.
    pub user_id: UserId,
    /// What the email is about.
    #[serde(flatten)]
    pub about: About,
}

/// What an email is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "about", rename_all = "snake_case")]
pub enum About {
    /// A link that resets the password.
    Reset {
        /// The id that the token is derived from.
        reset_id: ResetId,
        /// The version of the key that the token is derived with.
        key_version: String,
        /// When the token expires.
        ends_at: Timestamp,
    },
    /// The password was changed or reset.
    PasswordChanged {
        /// When the password changed.
        at: Timestamp,
    },
}
