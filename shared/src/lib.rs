//! The code that the functions share. `domain` holds the rules, pure and synchronous. The other layers are behind features: the
//! table (`store`), pushes to sockets (`push`), HTTP (`http`), and keys and tokens (`secrets`).

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
