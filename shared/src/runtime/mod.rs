//! Access to what surrounds the process: environment, clock, entropy, logs, and threads for blocking work.

pub mod clock;
pub mod config;
pub mod entropy;
#[cfg(feature = "http")]
pub mod hashing;
#[cfg(feature = "logs")]
pub mod logs;
