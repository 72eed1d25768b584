//! What the local stack runs on: this process's functions, tasks, clock, HTTP server and data folder.

pub(crate) mod data;
pub(crate) mod function;
pub(crate) mod functions;
pub(crate) mod limits;
pub(crate) mod random;
pub(crate) mod server;
pub(crate) mod tasks;
pub(crate) mod time;
