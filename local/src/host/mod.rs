//! The base of the local stack in this process: functions, tasks, the clock, the HTTP server and the data folder.

pub(crate) mod data;
pub(crate) mod function;
pub(crate) mod functions;
pub(crate) mod limits;
pub(crate) mod random;
pub(crate) mod server;
pub(crate) mod tasks;
pub(crate) mod time;
