//! Conversations, their members, their messages and reactions, their logs and their read marks, and the emotes.

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

/// What this function can reach.
#[derive(Debug, Clone)]
pub struct State {
    store: Store,
    delivery: Delivery,
    settings: Settings,
}

/// What the deployment sets.
#[derive(Debug, Clone)]
struct Settings {
    entries_per_sender: u32,
}

/// The endpoints of this group.
pub fn routes() -> Vec<Route<State>> {
    const ALL: &str = "/api/conversations";
    const ONE: &str = "/api/conversations/{id}";
    const LOG: &str = "/api/conversations/{id}/log";
    const MEMBERS: &str = "/api/conversations/{id}/members";
    const MEMBER: &str = "/api/conversations/{id}/members/{user_id}";
    const MESSAGES: &str = "/api/conversations/{id}/messages";
    const MESSAGE: &str = "/api/conversations/{id}/messages/{seq}";
    const REACTION: &str = "/api/conversations/{id}/messages/{seq}/reactions/{emote}";
    const READ: &str = "/api/conversations/{id}/read";
    const EMOTES: &str = "/api/emotes";
    vec![
        Route::signed_in(Method::GET, ALL, get(list::handle)),
        Route::signed_in(Method::POST, ALL, post(create::handle)),
        Route::signed_in(Method::GET, ONE, get(conversation::handle)),
        Route::signed_in(Method::PATCH, ONE, patch(retitle::handle)),
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

/// The function, ready to answer.
///
/// # Errors
/// Names every variable that is missing.
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

/// What a part of a path names; what cannot be one does not exist.
fn named<T: FromStr>(text: &str) -> Result<T, Problem> {
    text.parse().map_err(|_| Problem::new(Code::NotFound))
}

/// The entry that a part of a path names, in decimal digits: one number has one name.
fn seq(text: &str) -> Result<u64, Problem> {
    named(text).and_then(|seq: u64| match seq.to_string() == text {
        true => Ok(seq),
        false => Err(Problem::new(Code::NotFound)),
    })
}
