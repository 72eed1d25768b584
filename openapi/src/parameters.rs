//! Parameters of paths and queries, with the bounds from the code.

use serde_json::{Value, json};
use shared::domain::{
    fields::MAX_INTEGER,
    limits::{
        CURSOR_SIZE, EMOTE_SEARCH_CHARS, NAME_CHARS, PAGE_SIZE, SEARCH_SIZE, internal::EMOTE_BYTES,
    },
};

use crate::{examples, schemas::reference};

/// The parameters of a path, in order.
pub(crate) fn of_path(path: &str) -> Vec<Value> {
    let names = path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
    names.map(|name| of_name(path, name)).collect()
}

fn of_name(path: &str, name: &str) -> Value {
    let (schema, description, example) = match name {
        "user_id" => (reference("UserId"), "The member's id.", json!(examples::BOB)),
        "seq" => (
            json!({ "type": "integer", "minimum": 1, "maximum": MAX_INTEGER }),
            "The message's sequence number in the log.",
            json!(1),
        ),
        "emote" => (
            json!({ "type": "string", "minLength": 1, "maxLength": EMOTE_BYTES }),
            "A shortcode, with or without colons, or the emoji itself. Percent-encoded.",
            json!("tada"),
        ),
        _ if path.starts_with("/api/auth/sessions") => {
            (reference("SessionId"), "The session's id.", json!(examples::SESSION))
        }
        _ if path.starts_with("/api/profile/users") => {
            (reference("UserId"), "The user's id.", json!(examples::BOB))
        }
        _ => (reference("ConversationId"), "The conversation's id.", json!(examples::CONVERSATION)),
    };
    json!({
        "name": name,
        "in": "path",
        "required": true,
        "description": description,
        "schema": schema,
        "example": example,
    })
}

fn query(name: &str, description: &str, schema: Value) -> Value {
    json!({ "name": name, "in": "query", "description": description, "schema": schema })
}

fn number(name: &str, description: &str, (min, max): (u64, u64)) -> Value {
    query(name, description, json!({ "type": "integer", "minimum": min, "maximum": max }))
}

fn with_default(mut parameter: Value, default: u64) -> Value {
    parameter["schema"]["default"] = default.into();
    parameter
}

/// `page` and `page_size`.
pub(crate) fn page() -> [Value; 2] {
    let (default, max) = PAGE_SIZE;
    [
        with_default(
            number("page", "The page number. A page past the end is empty.", (1, MAX_INTEGER)),
            1,
        ),
        with_default(number("page_size", "The number of items per page.", (1, max)), default),
    ]
}

/// `q`, `limit` and `cursor`.
pub(crate) fn search() -> [Value; 3] {
    let text =
        json!({ "type": "string", "minLength": 1, "maxLength": NAME_CHARS, "pattern": "\\S" });
    let description = "The beginning of a name, or of any word in it. Case, accents and surrounding whitespace are ignored.";
    let mut text = query("q", description, text);
    text["required"] = true.into();
    text["example"] = "al".into();
    let (default, max) = SEARCH_SIZE;
    [
        text,
        with_default(number("limit", "The maximum number of users.", (1, max)), default),
        query("cursor", "The `next_cursor` of the previous page.", json!({ "type": "string" })),
    ]
}

fn limit() -> Value {
    let (default, max) = CURSOR_SIZE;
    with_default(number("limit", "The maximum number of items.", (1, max)), default)
}

/// `before`, `after` and `limit`.
pub(crate) fn messages() -> [Value; 3] {
    [
        number(
            "before",
            "Returns the newest messages before this number. Cannot be combined with `after`.",
            (1, MAX_INTEGER),
        ),
        number(
            "after",
            "Returns the oldest messages after this number. Cannot be combined with `before`.",
            (0, MAX_INTEGER),
        ),
        limit(),
    ]
}

/// `after` and `limit`.
pub(crate) fn log() -> [Value; 2] {
    [
        with_default(
            number("after", "Returns the entries after this number.", (0, MAX_INTEGER)),
            0,
        ),
        limit(),
    ]
}

/// `search`.
pub(crate) fn emotes() -> [Value; 1] {
    let schema = json!({ "type": "string", "minLength": 1, "maxLength": EMOTE_SEARCH_CHARS, "pattern": "\\S" });
    let mut search = query(
        "search",
        "Each word must begin a word in the emoji's name or in a shortcode. Without it, the response has all emojis.",
        schema,
    );
    search["example"] = "party".into();
    [search]
}
