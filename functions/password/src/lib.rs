//! Resets passwords with an emailed link, and changes them with the current password.

use axum::routing::post;
use http::Method;
use shared::{
    Clock,
    aws::Aws,
    domain::{Mail, MailId, Timestamp, UserId, mail::About},
    http::{Authenticator, Route, router},
    push::Delivery,
    runtime::{
        config::{self, Variables},
        entropy,
    },
    secrets::ResetKeys,
    start::{self, Services},
    store::Store,
};

mod change;
mod reset;
mod reset_request;

/// The services and settings that this function uses.
#[derive(Debug, Clone)]
pub struct State {
    store: Store,
    delivery: Delivery,
    reset_keys: ResetKeys,
    settings: Settings,
}

/// The settings of the deployment.
#[derive(Debug, Clone)]
struct Settings {
    reset_requests_per_source: u32,
}

/// The endpoints of this group.
pub fn routes() -> Vec<Route<State>> {
    const RESET_REQUEST: &str = "/api/password/reset-request";
    vec![
        Route::public(Method::POST, RESET_REQUEST, post(reset_request::handle)),
        Route::public(Method::POST, "/api/password/reset", post(reset::handle)),
        Route::signed_in(Method::POST, "/api/password/change", post(change::handle)),
    ]
}

/// Prepares the function.
///
/// # Errors
/// Names every variable that is missing or invalid.
pub async fn start(mut variables: Variables, clock: Clock) -> Result<axum::Router, config::Error> {
    let aws = Aws::new(&mut variables);
    let services = Services::new(&mut variables, &aws, clock.clone());
    let reset_keys = ResetKeys::new(&mut variables, &aws, clock);
    let settings =
        Settings { reset_requests_per_source: variables.number("RESET_REQUESTS_PER_SOURCE") };
    variables.finish()?;
    services.warm_and(start::warm(reset_keys.warm())).await;
    let Services { store, tokens, delivery } = services;
    let authenticator = Authenticator { store: store.clone(), tokens };
    Ok(router(routes(), authenticator, State { store, delivery, reset_keys, settings }))
}

/// The email about a new password. It warns the account's owner if someone else set the password.
fn notice(user_id: UserId, now: Timestamp) -> Mail {
    let id = MailId::new(now, entropy::number());
    Mail { id, user_id, about: About::PasswordChanged { at: now } }
}
