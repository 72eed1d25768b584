//! The socket.

mod connect;
mod frames;
mod gone;
mod hello;
mod read;
mod send;
mod sync;
mod typing;
