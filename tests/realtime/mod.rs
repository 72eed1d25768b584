//! The socket.

mod changes;
mod connect;
mod frames;
mod gone;
mod hello;
mod numbers;
mod presence;
mod read;
mod send;
mod sync;
mod throttled;
mod typing;
