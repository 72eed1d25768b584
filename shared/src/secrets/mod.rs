//! Secrets of the deployment: their versions in Secrets Manager, a cache, and the tokens that are signed or derived with them.

mod cache;
#[cfg(feature = "tokens")]
mod hs256;
mod reset_keys;
mod secret;
#[cfg(feature = "tokens")]
pub mod tokens;

pub use reset_keys::{NewToken, ResetKeys};
pub use secret::{Error, Secret, Version};
#[cfg(feature = "tokens")]
pub use tokens::Tokens;
