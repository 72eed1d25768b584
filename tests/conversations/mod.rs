//! The Conversations group.

mod conversation;
mod create;
mod emotes;
mod groups;
mod list;
mod log;
mod messages;
mod read;
mod send;
