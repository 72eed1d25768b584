//! The project's tests, which run the whole stack over real sockets. There is a folder for each endpoint group, `journeys`
//! for scenarios across groups, and `contract` for the rules that hold for every endpoint.

#![expect(clippy::unwrap_used, reason = "a failed unwrap fails the test")]
#![expect(unreachable_pub, reason = "nothing in a test binary is used from outside")]

mod auth;
mod contract;
mod conversations;
mod journeys;
mod password;
mod profile;
mod realtime;
mod support;
