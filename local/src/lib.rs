//! The local stack: runs the functions behind a local API Gateway, with its own table and secrets, as the template
//! describes them. `cargo run` and every test start it.

mod aws;
mod error;
mod gateway;
mod host;
mod options;
mod pages;
mod sam_local;
mod stack;
pub mod template;

pub use aws::faults::{Fault, FaultKind, Faults, Latch};
pub use aws::mail::{Mail, Mailbox};
pub use aws::rights::Rights;
pub use aws::secrets::Secrets;
pub use aws::streams::Streams;
pub use aws::table::{Call, Table, longest_chain};
pub use error::Error;
pub use gateway::socket::{Post, Sockets};
pub use host::data::Data;
pub use host::function::{Builder, Failure, Function, Invoke, Variables};
pub use host::functions::builders;
pub use host::limits::Limits;
pub use host::tasks::Tasks;
pub use host::time::Time;
pub use options::Options;
pub use sam_local::{SamOptions, SamServices};
pub use stack::Stack;
pub use template::Statement;
