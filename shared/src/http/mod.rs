//! HTTP over axum: routes as data, who calls, what they sent, and how they are answered.

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
