//! Mail: an endpoint that speaks SES's API and catches what functions send, for people and tests to read.

mod answer;
mod endpoint;
mod mailbox;
mod message;
#[cfg(test)]
mod tests;

pub(crate) use endpoint::serve;
pub use mailbox::{Mail, Mailbox};
