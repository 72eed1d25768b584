//! The directory of users, and the caller's own profile.

use axum::routing::{get, patch};
use http::Method;
use shared::{
    Clock,
    aws::Aws,
    http::{Authenticator, Route, router},
    runtime::config::{self, Variables},
    start::Services,
    store::Store,
};

mod profile;
mod rename;
mod search;
mod user;
mod users;

/// The services that this function uses.
#[derive(Debug, Clone)]
pub struct State {
    store: Store,
}

/// The endpoints of this group.
pub fn routes() -> Vec<Route<State>> {
    const PROFILE: &str = "/api/profile";
    vec![
        Route::signed_in(Method::GET, PROFILE, get(profile::handle)),
        Route::signed_in(Method::PATCH, PROFILE, patch(rename::handle)),
        Route::signed_in(Method::GET, "/api/profile/users", get(users::handle)),
        Route::signed_in(Method::GET, "/api/profile/users/{id}", get(user::handle)),
        Route::signed_in(Method::GET, "/api/profile/search", get(search::handle)),
    ]
}

/// Adds the schemas of the replies.
#[cfg(feature = "schema")]
pub fn schemas(generator: &mut schemars::SchemaGenerator) {
    generator.subschema_for::<profile::Reply>();
    generator.subschema_for::<search::Reply>();
    generator.subschema_for::<users::Reply>();
    generator.subschema_for::<user::Reply>();
}

/// Prepares the function.
///
/// # Errors
/// Names every variable that is missing or invalid.
pub async fn start(mut variables: Variables, clock: Clock) -> Result<axum::Router, config::Error> {
    let aws = Aws::new(&mut variables);
    let services = Services::new(&mut variables, &aws, clock);
    variables.finish()?;
    services.warm().await;
    let Services { store, tokens, .. } = services;
    let authenticator = Authenticator { store: store.clone(), tokens };
    Ok(router(routes(), authenticator, State { store }))
}
