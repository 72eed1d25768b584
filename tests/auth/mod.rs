//! The Authentication group.

mod login;
mod logout;
mod register;
mod sessions;
mod ticket;
mod validate;
