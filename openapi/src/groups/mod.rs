//! The endpoints, by the function that answers them.

use serde_json::{Value, json};

use crate::operation::Operation;

mod auth;
mod conversations;
mod messages;
mod password;
mod profile;

/// All descriptions.
pub(crate) fn operations() -> impl Iterator<Item = Operation> {
    let of = |tag, operations: Vec<Operation>| {
        operations.into_iter().map(move |operation| Operation { tag, ..operation })
    };
    of("auth", auth::operations())
        .chain(of("profile", profile::operations()))
        .chain(of("password", password::operations()))
        .chain(of("conversations", conversations::operations()))
        .chain(of("messages", messages::operations()))
}

/// The groups, in the order in which they are read.
pub(crate) fn tags() -> Value {
    json!([
        { "name": "auth", "description": "Accounts, sessions and socket tickets." },
        { "name": "profile", "description": "CurrentUser, and everybody." },
        { "name": "password", "description": "Passwords: reset by a mailed link, or changed." },
        { "name": "conversations", "description": "Conversations, their members, logs and read marks." },
        { "name": "messages", "description": "Messages, reactions and emotes." },
    ])
}
