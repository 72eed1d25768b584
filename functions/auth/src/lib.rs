//! Accounts, sessions and socket tickets.

use axum::routing::{delete, get, post};
use http::Method;
use shared::{
    Clock,
    aws::Aws,
    http::{Authenticator, Route, router},
    push::Delivery,
    runtime::config::{self, Variables},
    secrets::Tokens,
    start::Services,
    store::Store,
};

mod login;
mod logout;
mod register;
mod sessions;
mod ticket;
mod validate;

/// The services and settings that this function uses.
#[derive(Debug, Clone)]
pub struct State {
    store: Store,
    tokens: Tokens,
    delivery: Delivery,
    settings: Settings,
}

/// The settings of the deployment.
#[derive(Debug, Clone)]
struct Settings {
    socket_url: String,
    session_days: u32,
    failed_logins_per_source: u32,
    registrations_per_source: u32,
}

/// The endpoints of this group.
pub fn routes() -> Vec<Route<State>> {
    vec![
        Route::public(Method::POST, "/api/auth/register", post(register::handle)),
        Route::public(Method::POST, "/api/auth/login", post(login::handle)),
        Route::signed_in(Method::POST, "/api/auth/logout", post(logout::handle)),
        Route::signed_in(Method::GET, "/api/auth/validate", get(validate::handle)),
        Route::signed_in(Method::GET, "/api/auth/sessions", get(sessions::list)),
        Route::signed_in(Method::DELETE, "/api/auth/sessions", delete(sessions::end_others)),
        Route::signed_in(Method::DELETE, "/api/auth/sessions/{id}", delete(sessions::end)),
        Route::signed_in(Method::POST, "/api/auth/ticket", post(ticket::handle)),
    ]
}

/// Adds the schemas of the replies.
#[cfg(feature = "schema")]
pub fn schemas(generator: &mut schemars::SchemaGenerator) {
    generator.subschema_for::<register::Reply>();
    generator.subschema_for::<login::Reply>();
    generator.subschema_for::<ticket::Reply>();
    generator.subschema_for::<sessions::List>();
}

/// Prepares the function.
///
/// # Errors
/// Names every variable that is missing or invalid.
pub async fn start(mut variables: Variables, clock: Clock) -> Result<axum::Router, config::Error> {
    let aws = Aws::new(&mut variables);
    let services = Services::new(&mut variables, &aws, clock);
    let settings = Settings {
        socket_url: variables.text("SOCKET_URL"),
        session_days: variables.number("SESSION_DAYS"),
        failed_logins_per_source: variables.number("FAILED_LOGINS_PER_SOURCE"),
        registrations_per_source: variables.number("REGISTRATIONS_PER_SOURCE"),
    };
    variables.finish()?;
    services.warm().await;
    let Services { store, tokens, delivery } = services;
    let authenticator = Authenticator { store: store.clone(), tokens: tokens.clone() };
    Ok(router(routes(), authenticator, State { store, tokens, delivery, settings }))
}
