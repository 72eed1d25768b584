//! All errors of the APIs. The codes are the same over HTTP ([RFC 9457](https://www.rfc-editor.org/rfc/rfc9457)) and on the socket.

use std::time::Duration;

#[cfg(feature = "schema")]
use schemars::JsonSchema;
use serde::Serialize;

use crate::domain::FieldError;

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $slug:literal, $status:literal, $title:literal;)*) => {
        /// The stable code of an error, which clients switch on. `docs/errors.md` lists the codes.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Code {
            $($(#[$doc])* $name,)*
        }

        impl Code {
            /// All codes, in the order of their statuses.
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// The code's name on the wire. It never changes.
            pub const fn slug(self) -> &'static str {
                match self { $(Self::$name => $slug,)* }
            }

            /// The HTTP status.
            pub const fn status(self) -> u16 {
                match self { $(Self::$name => $status,)* }
            }

            /// A short summary for people, the same for every error with this code.
            pub const fn title(self) -> &'static str {
                match self { $(Self::$name => $title,)* }
            }
        }
    };
}

codes! {
    /// The body is not JSON or not an object, or a member has the wrong type.
    InvalidBody = "invalid_body", 400, "The request body is malformed.";
    /// Members or query parameters are missing or invalid.
    InvalidRequest = "invalid_request", 400, "The request is invalid.";
    /// A socket frame could not be read.
    InvalidFrame = "invalid_frame", 400, "The frame is malformed.";
    /// The action of a socket frame does not exist.
    UnknownAction = "unknown_action", 400, "There is no such action.";
    /// The time in a `client_id` is more than 10 s ahead of the server's clock.
    ClientIdInFuture = "client_id_in_future", 400, "The time in client_id is in the future.";
    /// So many entries follow the time in a `client_id` that the server cannot tell whether it accepted the message before.
    ClientIdTooOld = "client_id_too_old", 400, "The time in client_id is too long ago.";
    /// The token of a reset link is wrong, used, expired, or replaced by a newer link.
    InvalidResetToken = "invalid_reset_token", 400, "This link has expired or was already used. Request a new one.";
    /// The conversation is direct, and the action is only for groups.
    NotAGroup = "not_a_group", 400, "This conversation is not a group.";
    /// The request has no credentials.
    Unauthenticated = "unauthenticated", 401, "You must be logged in.";
    /// The token is wrong or expired, or its session has ended.
    InvalidToken = "invalid_token", 401, "The token is invalid or has expired.";
    /// The ticket is wrong, expired or used.
    InvalidTicket = "invalid_ticket", 401, "The ticket is invalid, expired or already used.";
    /// The address is unknown or the password is wrong. The response is the same for both.
    InvalidCredentials = "invalid_credentials", 401, "Wrong email or password.";
    /// The origin of the web page is not allowed to open sockets.
    OriginNotAllowed = "origin_not_allowed", 403, "This origin is not allowed.";
    /// The request has the wrong current password.
    WrongPassword = "wrong_password", 403, "The current password is wrong.";
    /// The caller can see the object but is not allowed to change it.
    Forbidden = "forbidden", 403, "You're not allowed to do this.";
    /// The object does not exist, or the caller is not allowed to see it.
    NotFound = "not_found", 404, "Not found.";
    /// The request names a user who does not exist.
    UserNotFound = "user_not_found", 404, "This user doesn't exist.";
    /// The path exists, but not with this method.
    MethodNotAllowed = "method_not_allowed", 405, "This method is not allowed here.";
    /// The email address already belongs to an account.
    EmailTaken = "email_taken", 409, "An account with this email already exists.";
    /// The message was deleted, so it can no longer be changed.
    MessageDeleted = "message_deleted", 409, "This message was deleted.";
    /// The group would be left without an admin.
    LastAdmin = "last_admin", 409, "Make someone else an admin before you leave.";
    /// The body is over 128 KB.
    BodyTooLarge = "body_too_large", 413, "The request body is too large.";
    /// The content type of the body is not JSON.
    UnsupportedMediaType = "unsupported_media_type", 415, "The content type must be application/json.";
    /// Too many failed logins for this address or from this source, or too many attempts to change a password.
    TooManyAttempts = "too_many_attempts", 429, "Too many attempts. Wait a moment.";
    /// Too many registrations from one source.
    TooManyRegistrations = "too_many_registrations", 429, "Too many accounts were created from your network.";
    /// Too many requests for reset links from one source.
    TooManyResetRequests = "too_many_reset_requests", 429, "Too many reset links were requested from your network.";
    /// The account changed its name too often.
    TooManyRenames = "too_many_renames", 429, "You've changed your name too often.";
    /// The account created too many conversations.
    TooManyConversations = "too_many_conversations", 429, "You've created too many conversations.";
    /// The sender added too many entries to the conversation.
    TooManyMessages = "too_many_messages", 429, "You're sending too fast.";
    /// The server failed.
    Internal = "internal", 500, "Something went wrong.";
    /// The server is too busy.
    Unavailable = "unavailable", 503, "The server is busy.";
}

/// An error, as the caller sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The kind of error.
    pub code: Code,
    /// An explanation for people. It discloses nothing about the server's internals.
    pub detail: String,
    /// The field errors of an invalid request.
    pub errors: Vec<FieldError>,
    /// How long the client should wait before it retries.
    pub retry_after: Option<Duration>,
}

impl Problem {
    /// An error with the title of its code as `detail`.
    pub fn new(code: Code) -> Self {
        Self::with_detail(code, code.title())
    }

    /// An error with its own `detail`.
    pub fn with_detail(code: Code, detail: impl Into<String>) -> Self {
        Self { code, detail: detail.into(), errors: Vec::new(), retry_after: None }
    }

    /// An error that the client can retry after `retry_after`.
    pub fn wait(code: Code, retry_after: Duration) -> Self {
        Self { retry_after: Some(retry_after), ..Self::new(code) }
    }

    /// An invalid field of a request.
    pub fn field(name: &str, detail: impl Into<String>) -> Self {
        let error = FieldError { pointer: format!("/{name}"), detail: detail.into() };
        let detail = format!("{name}: {}", error.detail);
        Self { errors: vec![error], ..Self::with_detail(Code::InvalidRequest, detail) }
    }

    /// The error as the body of an HTTP response.
    pub fn body<'a>(&'a self, request_id: &'a str) -> Body<'a> {
        Body {
            r#type: format!("urn:emotechat:problem:{}", self.code.slug()),
            title: self.code.title(),
            status: self.code.status(),
            detail: &self.detail,
            code: self.code.slug(),
            request_id,
            errors: &self.errors,
        }
    }

    /// Whole seconds until the client should retry, at least 1.
    pub fn retry_after_secs(&self) -> Option<u64> {
        self.retry_after
            .map(|wait| u64::try_from(wait.as_millis().div_ceil(1000)).unwrap_or(1).max(1))
    }
}

/// An error response ([RFC 9457](https://www.rfc-editor.org/rfc/rfc9457#section-3.1)). Clients switch on `code`.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema), schemars(rename = "Problem"))]
pub struct Body<'a> {
    /// A URN that ends with the code.
    #[cfg_attr(
        feature = "schema",
        schemars(extend("format" = "uri", "pattern" = "^urn:emotechat:problem:[a-z_]+$"))
    )]
    r#type: String,
    /// A summary for people, the same for every error with this code.
    title: &'static str,
    /// The HTTP status.
    #[cfg_attr(feature = "schema", schemars(range(min = 400, max = 599)))]
    status: u16,
    /// An explanation for people. May change.
    detail: &'a str,
    #[cfg_attr(feature = "schema", schemars(schema_with = "code_schema"))]
    code: &'static str,
    /// The value of the header `x-request-id`. The server's logs contain it.
    request_id: &'a str,
    /// All invalid fields of the request, if the code is `invalid_request` or `invalid_body`.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    #[cfg_attr(feature = "schema", schemars(with = "Vec<FieldError>", length(min = 1)))]
    errors: &'a [FieldError],
}

/// The schema of a `code` member: one of the known codes, or one of a later version. Code generators keep the names of both.
#[cfg(feature = "schema")]
pub(super) fn code_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
    schemars::json_schema!({
        "description": "The reason. Clients switch on it.",
        "anyOf": [generator.subschema_for::<Code>(), { "type": "string" }],
    })
}

#[cfg(feature = "schema")]
impl JsonSchema for Code {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "ErrorCode".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let codes: Vec<&str> = Self::ALL.iter().map(|code| code.slug()).collect();
        schemars::json_schema!({
            "type": "string",
            "description": "The reason for an error. A later version may add codes: handle an unknown code by its `status`.",
            "enum": codes,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_has_a_different_name() {
        let slugs: std::collections::BTreeSet<_> =
            Code::ALL.iter().map(|code| code.slug()).collect();
        assert_eq!(slugs.len(), Code::ALL.len());
    }

    #[test]
    fn retry_after_is_in_whole_seconds_and_never_zero() {
        let secs =
            |ms| Problem::wait(Code::TooManyMessages, Duration::from_millis(ms)).retry_after_secs();
        assert_eq!(
            (secs(0), secs(1), secs(1000), secs(1001)),
            (Some(1), Some(1), Some(1), Some(2))
        );
    }
}
