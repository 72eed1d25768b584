//! The Conversations group.

mod add;
mod conversation;
mod create;
mod delete;
mod edit;
mod emotes;
mod groups;
mod list;
mod log;
mod messages;
mod react;
mod read;
mod remove;
mod retitle;
mod send;
