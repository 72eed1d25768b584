//! The directory of users.

mod own;
mod rename;
mod search;
mod user;
mod users;
