//! The project's tests: the whole stack, over real sockets. A folder for each endpoint group, `journeys`
//! across them, and `contract` for what holds of every endpoint.

#![expect(clippy::unwrap_used, reason = "a test fails where it cannot go on")]
#![expect(unreachable_pub, reason = "nothing of a test binary is reached from outside")]

mod auth;
mod contract;
mod conversations;
mod journeys;
mod password;
mod profile;
mod realtime;
mod support;
