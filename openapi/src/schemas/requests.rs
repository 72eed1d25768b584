//! The schemas of request bodies.

use serde_json::{Value, json};
use shared::domain::{
    fields::MAX_INTEGER,
    limits::{
        CONTENT_CHARS, EMAIL_CHARS, MEMBERS, NAME_CHARS, PASSWORD_MAX_CHARS, PASSWORD_MIN_CHARS,
        TITLE_CHARS,
    },
};

use super::{about, count, list, nullable, object, string, with_optional};

/// Matches a text that is not blank and has no control characters.
const LINE: &str = r"^[^\x00-\x1F\x7F-\x9F]*[^\s\x00-\x1F\x7F-\x9F][^\x00-\x1F\x7F-\x9F]*$";

/// Like [`LINE`], but allows tabs and line breaks.
const TEXT: &str = r"^[^\x00-\x08\x0B\x0C\x0E-\x1F\x7F-\x9F]*[^\s\x00-\x1F\x7F-\x9F][^\x00-\x08\x0B\x0C\x0E-\x1F\x7F-\x9F]*$";

const CLIENT_ID: &str = "^([0-7][0-9A-HJKMNP-TV-Za-hjkmnp-tv-z]{25}\
    |[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-7[0-9A-Fa-f]{3}-[89ABab][0-9A-Fa-f]{3}-[0-9A-Fa-f]{12})$";

pub(super) fn all() -> Vec<(&'static str, Value)> {
    vec![
        (
            "Registration",
            object(
                "A new account.",
                [("name", name()), ("email", email()), ("password", new_password())],
            ),
        ),
        (
            "Login",
            object(
                "The email address and password of an account.",
                [("email", email()), ("password", password())],
            ),
        ),
        ("ProfileChange", object("Changes to the current user.", [("name", name())])),
        ("ResetRequest", object("The account whose password to reset.", [("email", email())])),
        (
            "PasswordReset",
            object(
                "A new password, with the token of a reset link.",
                [
                    ("token", json!({ "type": "string", "minLength": 1 })),
                    ("password", new_password()),
                ],
            ),
        ),
        (
            "PasswordChange",
            object(
                "A new password, with the current password.",
                [("current_password", password()), ("password", new_password())],
            ),
        ),
        (
            "NewConversation",
            json!({
                "description": "A direct conversation or a group.",
                "oneOf": [super::reference("NewDirect"), super::reference("NewGroup")],
                "discriminator": { "propertyName": "kind", "mapping": {
                    "direct": "#/components/schemas/NewDirect", "group": "#/components/schemas/NewGroup",
                } },
            }),
        ),
        (
            "NewDirect",
            object(
                "A direct conversation with another user.",
                [
                    ("kind", json!({ "type": "string", "const": "direct" })),
                    (
                        "user_id",
                        json!({ "type": "string", "description": "The id of the other user.", "minLength": 1 }),
                    ),
                ],
            ),
        ),
        (
            "NewGroup",
            object(
                "A group. The caller becomes its admin and may be omitted from `user_ids`.",
                [
                    ("kind", json!({ "type": "string", "const": "group" })),
                    ("title", title()),
                    ("user_ids", user_ids(0)),
                ],
            ),
        ),
        ("ConversationChange", object("Changes to a group.", [("title", title())])),
        (
            "NewMembers",
            with_optional(
                "Users to add, or members whose role to change.",
                [("user_ids", user_ids(1))],
                [(
                    "role",
                    about(
                        nullable(super::reference("Role")),
                        "The role. If absent, new members get the role `member`, and existing members keep their role.",
                    ),
                )],
            ),
        ),
        (
            "NewMessage",
            with_optional(
                "A message to send.",
                [("client_id", client_id()), ("content", content())],
                [(
                    "reply_to",
                    about(nullable(number(1)), "The number of the message that it replies to."),
                )],
            ),
        ),
        ("MessageChange", object("The new text of a message.", [("content", content())])),
        (
            "Read",
            object(
                "A new position of the read mark.",
                [(
                    "seq",
                    about(number(0), "The number of the newest entry that the caller has read."),
                )],
            ),
        ),
    ]
}

fn name() -> Value {
    line(NAME_CHARS)
}

fn title() -> Value {
    line(TITLE_CHARS)
}

fn line(max: usize) -> Value {
    json!({
        "type": "string",
        "description": "Must not contain control characters. Surrounding whitespace is ignored.",
        "minLength": 1, "maxLength": max, "pattern": LINE,
    })
}

fn email() -> Value {
    json!({
        "type": "string",
        "description": "Compared case-insensitively. May be internationalized.",
        "format": "idn-email", "maxLength": EMAIL_CHARS,
    })
}

fn new_password() -> Value {
    json!({
        "type": "string",
        "description": "Any characters. Must not be one of the most common passwords, the email address or the name.",
        "format": "password", "minLength": PASSWORD_MIN_CHARS, "maxLength": PASSWORD_MAX_CHARS,
    })
}

fn password() -> Value {
    json!({ "type": "string", "format": "password", "minLength": 1, "maxLength": PASSWORD_MAX_CHARS })
}

pub(super) fn content() -> Value {
    json!({
        "type": "string",
        "description": "Must not be blank, and must not contain control characters other than tabs and line breaks. A shortcode such as `:tada:` is stored as the emoji, except inside backticks.",
        "minLength": 1, "maxLength": CONTENT_CHARS, "pattern": TEXT,
    })
}

pub(super) fn client_id() -> Value {
    json!({
        "type": "string",
        "description": "A ULID or a UUIDv7. The client creates one for each message and must reuse it when it retries.",
        "pattern": CLIENT_ID,
    })
}

/// A sequence number of at least `min`.
pub(super) fn number(min: u64) -> Value {
    let mut number = count(min);
    number["maximum"] = MAX_INTEGER.into();
    number
}

fn user_ids(min: usize) -> Value {
    let mut ids = list(string());
    ids["minItems"] = min.into();
    ids["maxItems"] = MEMBERS.into();
    ids
}
