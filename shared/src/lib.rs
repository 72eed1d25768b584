//! The common crate: `domain` holds the rules, pure and synchronous; the other layers stand behind
//! features and keep (`store`), tell (`push`), answer (`http`) and sign (`token`).

pub mod config;
pub mod domain;
pub mod entropy;
pub mod problem;
pub mod protocol;

#[cfg(feature = "aws")]
pub mod aws;
#[cfg(feature = "push")]
pub mod chat;
#[cfg(feature = "http")]
pub mod hashing;
#[cfg(feature = "http")]
pub mod http;
#[cfg(feature = "logs")]
pub mod logs;
#[cfg(feature = "push")]
pub mod presence;
#[cfg(feature = "push")]
pub mod push;
#[cfg(feature = "secret")]
pub mod reset_keys;
#[cfg(feature = "secret")]
pub mod secret;
#[cfg(feature = "start")]
pub mod start;
#[cfg(feature = "store")]
pub mod store;
#[cfg(feature = "token")]
pub mod token;

mod clock;
pub use clock::Clock;
