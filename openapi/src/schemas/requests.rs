//! What bodies of requests have to be.

use serde_json::{Value, json};
use shared::domain::{
    fields::MOST,
    limits::{
        CONTENT_CHARS, EMAIL_CHARS, MEMBERS, NAME_CHARS, PASSWORD_MAX_CHARS, PASSWORD_MIN_CHARS,
        TITLE_CHARS,
    },
};

use super::{about, count, list, nullable, object, string, with_optional};

/// A text that is not blank and has no control characters, in a class of a regular expression.
const LINE: &str = r"^[^\x00-\x1F\x7F-\x9F]*[^\s\x00-\x1F\x7F-\x9F][^\x00-\x1F\x7F-\x9F]*$";

/// The same, with tabs and line breaks.
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
                "An account's address and password.",
                [("email", email()), ("password", password())],
            ),
        ),
        ("ProfileChange", object("CurrentUser, otherwise.", [("name", name())])),
        ("ResetRequest", object("Whose password is to be reset.", [("email", email())])),
        (
            "Reset",
            object(
                "A new password, by the token of a mailed link.",
                [
                    ("token", json!({ "type": "string", "minLength": 1 })),
                    ("password", new_password()),
                ],
            ),
        ),
        (
            "PasswordChange",
            object(
                "A new password, by the current one.",
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
                "A direct conversation with somebody else.",
                [
                    ("kind", json!({ "const": "direct" })),
                    (
                        "user_id",
                        json!({ "type": "string", "description": "The other's.", "minLength": 1 }),
                    ),
                ],
            ),
        ),
        (
            "NewGroup",
            object(
                "A group; who makes it is its admin, and need not be named.",
                [
                    ("kind", json!({ "const": "group" })),
                    ("title", title()),
                    ("user_ids", user_ids(0)),
                ],
            ),
        ),
        ("ConversationChange", object("A group, otherwise.", [("title", title())])),
        (
            "NewMembers",
            with_optional(
                "Whom to add, or to give another role.",
                [("user_ids", user_ids(1))],
                [(
                    "role",
                    json!({
                        "description": "As what. Without: as members, and who is one already stays what they are.",
                        "enum": ["member", "admin", null],
                    }),
                )],
            ),
        ),
        (
            "NewMessage",
            with_optional(
                "A message to be sent.",
                [("client_id", client_id()), ("content", content())],
                [("reply_to", about(nullable(number(1)), "The message that it answers."))],
            ),
        ),
        ("MessageChange", object("The message's new text.", [("content", content())])),
        (
            "Read",
            object(
                "How far one has read.",
                [("seq", about(number(0), "The newest entry that was read."))],
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

fn line(most: usize) -> Value {
    json!({
        "type": "string",
        "description": "Without control characters; blanks around it do not count.",
        "minLength": 1, "maxLength": most, "pattern": LINE,
    })
}

fn email() -> Value {
    json!({
        "type": "string",
        "description": "Compared without regard to case. International ones are addresses, too.",
        "format": "idn-email", "maxLength": EMAIL_CHARS,
    })
}

fn new_password() -> Value {
    json!({
        "type": "string",
        "description": "Any characters. Not one of the most common passwords, nor the address or the name.",
        "format": "password", "minLength": PASSWORD_MIN_CHARS, "maxLength": PASSWORD_MAX_CHARS,
    })
}

fn password() -> Value {
    json!({ "type": "string", "format": "password", "minLength": 1, "maxLength": PASSWORD_MAX_CHARS })
}

fn content() -> Value {
    json!({
        "type": "string",
        "description": "Not blank, and without control characters but tabs and line breaks. A shortcode such as `:tada:` is stored as the emoji, except inside backticks.",
        "minLength": 1, "maxLength": CONTENT_CHARS, "pattern": TEXT,
    })
}

fn client_id() -> Value {
    json!({
        "type": "string",
        "description": "A ULID or a UUIDv7 made by the client, one for each message, reused when it is sent again.",
        "pattern": CLIENT_ID,
    })
}

/// A number in a log, from `least`.
fn number(least: u64) -> Value {
    let mut number = count(least);
    number["maximum"] = MOST.into();
    number
}

fn user_ids(least: usize) -> Value {
    let mut ids = list(string());
    ids["minItems"] = least.into();
    ids["maxItems"] = MEMBERS.into();
    ids
}
