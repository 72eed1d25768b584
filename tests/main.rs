//! The project's tests: the whole stack, over real sockets. A folder for each endpoint group, `journeys`
//! across them, and `contract` for what holds of every endpoint.

mod auth;
mod contract;
mod conversations;
mod journeys;
mod realtime;
mod support;
