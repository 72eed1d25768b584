//! Every way in which a request is refused: the same codes over HTTP ([RFC 9457](https://www.rfc-editor.org/rfc/rfc9457)) and on the socket.

use std::time::Duration;

use crate::domain::FieldError;

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $slug:literal, $status:literal, $title:literal;)*) => {
        /// What clients switch on. Listed with their meaning in `docs/errors.md`.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Code {
            $($(#[$doc])* $name,)*
        }

        impl Code {
            /// All codes, in the order of their statuses.
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// The stable name.
            pub const fn slug(self) -> &'static str {
                match self { $(Self::$name => $slug,)* }
            }

            /// The HTTP status.
            pub const fn status(self) -> u16 {
                match self { $(Self::$name => $status,)* }
            }

            /// A short summary that never changes.
            pub const fn title(self) -> &'static str {
                match self { $(Self::$name => $title,)* }
            }
        }
    };
}

codes! {
    /// The body is not JSON, not an object, or a member has the wrong type.
    InvalidBody = "invalid_body", 400, "The body cannot be read";
    /// Members or query parameters are missing or wrong.
    InvalidRequest = "invalid_request", 400, "The request is invalid";
    /// A socket frame that cannot be read.
    InvalidFrame = "invalid_frame", 400, "The frame cannot be read";
    /// A socket frame asks for something that there is not.
    UnknownAction = "unknown_action", 400, "There is no such action";
    /// The time in a `client_id` is more than 10 s ahead.
    ClientIdInFuture = "client_id_in_future", 400, "The client id is from the future";
    /// So much came after the time in a `client_id` that nobody can tell whether it was accepted before.
    ClientIdTooOld = "client_id_too_old", 400, "The client id is too old";
    /// The token of a reset link is wrong, used, expired, or a newer link was asked for.
    InvalidResetToken = "invalid_reset_token", 400, "The link is not valid any more";
    /// The conversation is a direct one, and this is for groups.
    NotAGroup = "not_a_group", 400, "The conversation is not a group";
    /// No credentials were sent.
    Unauthenticated = "unauthenticated", 401, "Credentials are required";
    /// The token is wrong, expired, or its session has ended.
    InvalidToken = "invalid_token", 401, "The token is not valid";
    /// The ticket is wrong, expired or used.
    InvalidTicket = "invalid_ticket", 401, "The ticket is not valid";
    /// The address is unknown or the password wrong; which of the two is not told.
    InvalidCredentials = "invalid_credentials", 401, "The address or the password is wrong";
    /// The web page's origin may not open sockets.
    OriginNotAllowed = "origin_not_allowed", 403, "The origin is not allowed";
    /// The current password that was given is not the account's.
    WrongPassword = "wrong_password", 403, "The current password is wrong";
    /// The caller sees it and may not change it.
    Forbidden = "forbidden", 403, "Not allowed";
    /// There is no such thing, or the caller may not see it.
    NotFound = "not_found", 404, "Not found";
    /// There is no such user.
    UserNotFound = "user_not_found", 404, "There is no such user";
    /// The path is right and the method is not.
    MethodNotAllowed = "method_not_allowed", 405, "The method is not allowed";
    /// The address belongs to an account already.
    EmailTaken = "email_taken", 409, "The address is taken";
    /// The message was deleted, so it can be changed no more.
    MessageDeleted = "message_deleted", 409, "The message was deleted";
    /// The group would be left without an admin.
    LastAdmin = "last_admin", 409, "Another member has to be made an admin first";
    /// The body is over 128 KB.
    BodyTooLarge = "body_too_large", 413, "The body is too large";
    /// The body is not said to be JSON.
    UnsupportedMediaType = "unsupported_media_type", 415, "The content type has to be application/json";
    /// Too many logins failed, for this address or from this source; or too many tries to change a password.
    TooManyAttempts = "too_many_attempts", 429, "Too many attempts";
    /// Too many registrations from one source.
    TooManyRegistrations = "too_many_registrations", 429, "Too many registrations";
    /// Too many requests for reset links from one source.
    TooManyResetRequests = "too_many_reset_requests", 429, "Too many requests for reset links";
    /// The account took too many new names.
    TooManyRenames = "too_many_renames", 429, "Too many new names";
    /// The account made too many conversations.
    TooManyConversations = "too_many_conversations", 429, "Too many new conversations";
    /// The sender wrote too much into the conversation.
    TooManyMessages = "too_many_messages", 429, "Too many messages";
    /// Something failed on our side.
    Internal = "internal", 500, "Something went wrong";
    /// Too busy at this moment.
    Unavailable = "unavailable", 503, "Unavailable at the moment";
}

/// A refusal: what the caller is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Why.
    pub code: Code,
    /// For people; says nothing about the inside.
    pub detail: String,
    /// The faults of an invalid request.
    pub errors: Vec<FieldError>,
    /// When it is worth trying again.
    pub retry_after: Option<Duration>,
}

impl Problem {
    /// A refusal whose title says it all.
    pub fn new(code: Code) -> Self {
        Self::with_detail(code, code.title())
    }

    /// A refusal with an explanation.
    pub fn with_detail(code: Code, detail: impl Into<String>) -> Self {
        Self { code, detail: detail.into(), errors: Vec::new(), retry_after: None }
    }

    /// A refusal for so long.
    pub fn wait(code: Code, retry_after: Duration) -> Self {
        Self { retry_after: Some(retry_after), ..Self::new(code) }
    }

    /// A problem with one field of a request.
    pub fn field(name: &str, detail: impl Into<String>) -> Self {
        let error = FieldError { pointer: format!("/{name}"), detail: detail.into() };
        let detail = format!("{name} {}", error.detail);
        Self { errors: vec![error], ..Self::with_detail(Code::InvalidRequest, detail) }
    }

    /// Whole seconds until it is worth trying again, at least 1.
    pub fn retry_after_secs(&self) -> Option<u64> {
        self.retry_after
            .map(|wait| u64::try_from(wait.as_millis().div_ceil(1000)).unwrap_or(1).max(1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_code_is_there_twice() {
        let slugs: std::collections::BTreeSet<_> =
            Code::ALL.iter().map(|code| code.slug()).collect();
        assert_eq!(slugs.len(), Code::ALL.len());
    }

    #[test]
    fn a_wait_is_told_in_whole_seconds_and_never_zero() {
        let secs =
            |ms| Problem::wait(Code::TooManyMessages, Duration::from_millis(ms)).retry_after_secs();
        assert_eq!(
            (secs(0), secs(1), secs(1000), secs(1001)),
            (Some(1), Some(1), Some(1), Some(2))
        );
    }
}
