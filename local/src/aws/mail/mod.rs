//! Email: an endpoint with the API of SES that catches what functions send, for people and tests to read.

mod answer;
mod endpoint;
mod mailbox;
mod message;
#[cfg(test)]
mod tests;

pub(crate) use endpoint::serve;
pub use mailbox::{Mail, Mailbox};
