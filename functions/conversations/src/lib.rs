//! Conversations with their members, messages, reactions, logs and read marks, and the list of emojis.

use std::str::FromStr;

use axum::routing::{delete, get, patch, post, put};
use http::Method;
use shared::{
    Clock,
    aws::Aws,
    http::{Authenticator, Route, router},
    protocol::problem::{Code, Problem},
    push::Delivery,
    runtime::config::{self, Variables},
    start::Services,
    store::Store,
};

mod add;
mod append;
mod conversation;
mod create;
mod delete;
mod edit;
mod emotes;
mod list;
mod log;
mod messages;
mod react;
mod read;
mod remove;
mod retitle;
mod send;

/// The services and settings that this function uses.
#[derive(Debug, Clone)]
pub struct State {
    store: Store,
    delivery: Delivery,
    settings: Settings,
}

/// The settings of the deployment.
#[derive(Debug, Clone)]
struct Settings {
    entries_per_sender: u32,
}

/// The endpoints of this group.
pub fn routes() -> Vec<Route<State>> {
    const CONVERSATIONS: &str = "/api/conversations";
    const CONVERSATION: &str = "/api/conversations/{id}";
    const LOG: &str = "/api/conversations/{id}/log";
    const MEMBERS: &str = "/api/conversations/{id}/members";
    const MEMBER: &str = "/api/conversations/{id}/members/{user_id}";
    const MESSAGES: &str = "/api/conversations/{id}/messages";
    const MESSAGE: &str = "/api/conversations/{id}/messages/{seq}";
    const REACTION: &str = "/api/conversations/{id}/messages/{seq}/reactions/{emote}";
    const READ: &str = "/api/conversations/{id}/read";
    const EMOTES: &str = "/api/emotes";
    vec![
        Route::signed_in(Method::GET, CONVERSATIONS, get(list::handle)),
        Route::signed_in(Method::POST, CONVERSATIONS, post(create::handle)),
        Route::signed_in(Method::GET, CONVERSATION, get(conversation::handle)),
        Route::signed_in(Method::PATCH, CONVERSATION, patch(retitle::handle)),
        Route::signed_in(Method::GET, LOG, get(log::handle)),
        Route::signed_in(Method::POST, MEMBERS, post(add::handle)),
        Route::signed_in(Method::DELETE, MEMBER, delete(remove::handle)),
        Route::signed_in(Method::GET, MESSAGES, get(messages::handle)),
        Route::signed_in(Method::POST, MESSAGES, post(send::handle)),
        Route::signed_in(Method::PATCH, MESSAGE, patch(edit::handle)),
        Route::signed_in(Method::DELETE, MESSAGE, delete(delete::handle)),
        Route::signed_in(Method::PUT, REACTION, put(react::add)),
        Route::signed_in(Method::DELETE, REACTION, delete(react::remove)),
        Route::signed_in(Method::PUT, READ, put(read::handle)),
        Route::signed_in(Method::GET, EMOTES, get(emotes::handle)),
    ]
}

/// Adds the schemas of the replies.
#[cfg(feature = "schema")]
pub fn schemas(generator: &mut schemars::SchemaGenerator) {
    generator.subschema_for::<list::Reply>();
    generator.subschema_for::<conversation::Reply>();
    generator.subschema_for::<messages::Reply>();
    generator.subschema_for::<log::Reply>();
    generator.subschema_for::<append::MessageReply>();
    generator.subschema_for::<emotes::Reply>();
}

/// Prepares the function.
///
/// # Errors
/// Names every variable that is missing or invalid.
pub async fn start(mut variables: Variables, clock: Clock) -> Result<axum::Router, config::Error> {
    let aws = Aws::new(&mut variables);
    let services = Services::new(&mut variables, &aws, clock);
    let settings = Settings { entries_per_sender: variables.number("ENTRIES_PER_SENDER") };
    variables.finish()?;
    services.warm().await;
    let Services { store, tokens, delivery } = services;
    let authenticator = Authenticator { store: store.clone(), tokens };
    Ok(router(routes(), authenticator, State { store, delivery, settings }))
}

/// Parses a path parameter. A malformed value is `not_found`, because no resource has such a path.
fn parse_parameter<T: FromStr>(text: &str) -> Result<T, Problem> {
    text.parse().map_err(|_| Problem::new(Code::NotFound))
}

/// Parses the number of an entry in a path. Rejects leading zeros and signs, so that each entry has one path.
fn parse_seq(text: &str) -> Result<u64, Problem> {
    parse_parameter(text).and_then(|seq: u64| match seq.to_string() == text {
        true => Ok(seq),
        false => Err(Problem::new(Code::NotFound)),
    })
}
