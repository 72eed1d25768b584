//! Conversations, their messages, their logs and their read marks.

use axum::routing::{get, put};
use http::Method;
use shared::{
    Clock,
    aws::Aws,
    config::{self, Variables},
    http::{Gate, Route, router},
    push::Pusher,
    start::Services,
    store::Store,
};

mod conversation;
mod create;
mod list;
mod log;
mod messages;
mod read;
mod send;

/// What this function can reach.
#[derive(Debug, Clone)]
pub struct State {
    store: Store,
    pusher: Pusher,
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
    const MESSAGES: &str = "/api/conversations/{id}/messages";
    const READ: &str = "/api/conversations/{id}/read";
    vec![
        Route::signed_in(Method::GET, ALL, get(list::handle)),
        Route::signed_in(Method::POST, ALL, axum::routing::post(create::handle)),
        Route::signed_in(Method::GET, ONE, get(conversation::handle)),
        Route::signed_in(Method::GET, LOG, get(log::handle)),
        Route::signed_in(Method::GET, MESSAGES, get(messages::handle)),
        Route::signed_in(Method::POST, MESSAGES, axum::routing::post(send::handle)),
        Route::signed_in(Method::PUT, READ, put(read::handle)),
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
    let Services { store, tokens, pusher } = services;
    let gate = Gate { store: store.clone(), tokens };
    Ok(router(routes(), gate, State { store, pusher, settings }))
}

/// The conversation that a path names; what cannot be one does not exist.
fn conversation_id(text: &str) -> Result<shared::domain::ConversationId, shared::problem::Problem> {
    text.parse().map_err(|_| shared::problem::Problem::new(shared::problem::Code::NotFound))
}
