//! The descriptions of the endpoints, by group.

use serde_json::{Value, json};

use crate::operation::Operation;

mod auth;
mod conversations;
mod messages;
mod password;
mod profile;

/// The descriptions of all endpoints.
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

/// The groups, in reading order.
pub(crate) fn tags() -> Value {
    json!([
        { "name": "auth", "description": "Accounts, sessions and socket tickets." },
        { "name": "profile", "description": "The current user, and other users." },
        { "name": "password", "description": "Change a password, or reset it with a link sent by email." },
        { "name": "conversations", "description": "Conversations, their members, logs and read marks." },
        { "name": "messages", "description": "Messages, reactions and emojis." },
    ])
}
