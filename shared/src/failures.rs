//! Turns the failures of each layer into problems. An internal failure is logged here, and the client learns nothing about it.

#[cfg(feature = "store")]
use std::time::Duration;

use crate::{
    domain::{Invalid, limits, password_hash::HashError, plan::Refusal},
    protocol::problem::{Code, Problem},
};

impl From<Invalid> for Problem {
    fn from(invalid: Invalid) -> Self {
        let code = if invalid.mistyped { Code::InvalidBody } else { Code::InvalidRequest };
        let details: Vec<String> = invalid
            .errors
            .iter()
            .map(|error| format!("{}: {}", error.pointer.trim_start_matches('/'), error.detail))
            .collect();
        Self { errors: invalid.errors, ..Self::with_detail(code, details.join("; ")) }
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::NoReplyTarget => {
                Self::field("reply_to", "must be a message in this conversation")
            }
            Refusal::TooManyEmotes => {
                let max = limits::EMOTES;
                Self::field("emote", format!("the message already has {max} different emojis"))
            }
            Refusal::Full => {
                let max = limits::MEMBERS;
                Self::field("user_ids", format!("a group can have at most {max} members"))
            }
            Refusal::NotAGroup => Self::new(Code::NotAGroup),
            Refusal::NotTheSender => {
                Self::with_detail(Code::Forbidden, "Only the sender can change this message.")
            }
            Refusal::NotAnAdmin => {
                Self::with_detail(Code::Forbidden, "Only an admin of the group can do this.")
            }
            Refusal::NoSuchMessage | Refusal::NoSuchMember => Self::new(Code::NotFound),
            Refusal::Deleted => Self::new(Code::MessageDeleted),
            Refusal::LastAdmin => Self::new(Code::LastAdmin),
        }
    }
}

impl From<HashError> for Problem {
    fn from(error: HashError) -> Self {
        internal(&error, "hashing failed")
    }
}

#[cfg(feature = "store")]
impl From<crate::store::Error> for Problem {
    fn from(error: crate::store::Error) -> Self {
        if error.is_busy() {
            tracing::warn!(error.message = %error, "the table is busy");
            return Self::wait(Code::Unavailable, Duration::from_secs(1));
        }
        internal(&error, "the table failed")
    }
}

#[cfg(feature = "store")]
impl From<crate::store::CountError> for Problem {
    fn from(error: crate::store::CountError) -> Self {
        use crate::store::{CountError, Counter};
        let (counter, retry_after) = match error {
            CountError::Store(error) => return error.into(),
            CountError::LimitReached { counter, retry_after } => (counter, retry_after),
        };
        let code = match counter {
            Counter::Registrations(..) => Code::TooManyRegistrations,
            Counter::FailedLogins(..) | Counter::PasswordChanges(_) => Code::TooManyAttempts,
            Counter::ResetRequests(..) => Code::TooManyResetRequests,
            Counter::Renames(_) => Code::TooManyRenames,
            Counter::Conversations(_) => Code::TooManyConversations,
            Counter::LongLookBacks(_) => Code::TooManyMessages,
        };
        Self::wait(code, retry_after)
    }
}

#[cfg(feature = "store")]
impl From<crate::store::AppendError> for Problem {
    fn from(error: crate::store::AppendError) -> Self {
        use crate::{domain::append::Refused, store::AppendError};
        match error {
            AppendError::Store(error) => error.into(),
            AppendError::Refused(Refused::NotAMember) => Self::new(Code::NotFound),
            AppendError::Refused(Refused::ClientIdInFuture) => Self::new(Code::ClientIdInFuture),
            AppendError::Refused(Refused::ClientIdTooOld) => Self::new(Code::ClientIdTooOld),
            AppendError::Refused(Refused::Rule(refusal)) => refusal.into(),
            AppendError::Refused(Refused::TooMany(wait)) => Self::wait(Code::TooManyMessages, wait),
        }
    }
}

#[cfg(feature = "secrets")]
impl From<crate::secrets::Error> for Problem {
    fn from(error: crate::secrets::Error) -> Self {
        internal(&error, "a secret failed")
    }
}

#[cfg(feature = "tokens")]
impl From<crate::secrets::tokens::Error> for Problem {
    fn from(error: crate::secrets::tokens::Error) -> Self {
        use crate::secrets::tokens::Error;
        match error {
            Error::Missing => Self::new(Code::Unauthenticated),
            Error::Invalid => Self::new(Code::InvalidToken),
            Error::Key(_) => internal(&error, "the token key failed"),
        }
    }
}

fn internal(error: &dyn std::fmt::Display, what: &str) -> Problem {
    tracing::error!(error.message = %error, "{what}");
    Problem::new(Code::Internal)
}
