//! The edge of the process: environment, clock, entropy, logs, and blocking work.

pub mod clock;
pub mod config;
pub mod entropy;
#[cfg(feature = "http")]
pub mod hashing;
#[cfg(feature = "logs")]
pub mod logs;
