//! The local stack: the functions behind a local API Gateway, with a table and secrets of their own, as the
//! template describes them. `cargo run` starts it, and so does every test.

mod data;
mod error;
mod faults;
mod function;
mod functions;
mod http_api;
mod limits;
mod mail;
mod outpost;
mod pages;
mod percent;
mod random;
mod rights;
mod schedules;
mod secrets;
mod server;
mod services;
mod socket_api;
mod stack;
mod streams;
mod table;
mod tasks;
pub mod template;
mod time;

pub use data::Data;
pub use error::Error;
pub use faults::{Fault, Faults, Gate, How};
pub use function::{Builder, Failure, Function, Invoke, Variables};
pub use functions::builders;
pub use limits::Limits;
pub use mail::{Mail, Mailbox};
pub use outpost::{Outpost, Posting};
pub use rights::{Rights, Statement};
pub use secrets::Secrets;
pub use socket_api::{Post, Sockets};
pub use stack::{Options, Stack};
pub use streams::Streams;
pub use table::{Call, Table, longest_chain};
pub use tasks::Tasks;
pub use time::Time;
