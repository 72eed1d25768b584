//! The Conversations group.

mod conversation;
mod create;
mod list;
mod log;
mod messages;
mod read;
mod send;
