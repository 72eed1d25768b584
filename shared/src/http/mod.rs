//! HTTP with axum: routes as data, authentication, extractors and responses.

mod answer;
mod body;
mod caller;
mod client;
mod path;
mod route;

pub use body::{JsonBody, Query};
pub use caller::{Authenticator, Caller, UnverifiedCaller};
pub use client::Client;
pub use path::Path;
pub use route::{Access, Route, router};
