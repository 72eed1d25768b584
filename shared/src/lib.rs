//! The common crate: `domain` holds the rules, pure and synchronous; the other layers stand behind
//! features and keep (`store`), tell (`push`), answer (`http`) and sign (`token`).

pub mod domain;
pub mod problem;
pub mod protocol;

mod clock;
pub use clock::Clock;
