//! The common crate: `domain` holds the rules, pure and synchronous. The other layers are behind features: they keep (`store`), push
//! (`push`), answer (`http`), sign and derive (`secrets`).

pub mod domain;
mod failures;
pub mod protocol;
pub mod runtime;

#[cfg(feature = "aws")]
pub mod aws;
#[cfg(feature = "push")]
pub mod chat;
#[cfg(feature = "http")]
pub mod http;
#[cfg(feature = "push")]
pub mod push;
#[cfg(feature = "secrets")]
pub mod secrets;
#[cfg(feature = "start")]
pub mod start;
#[cfg(feature = "store")]
pub mod store;

pub use runtime::clock::Clock;
