//! What goes over the wire: `view` are the things that both APIs show, `request` what is asked on the socket, and
//! `frame` what is sent on it.

pub mod frame;
pub mod problem;
pub mod request;
pub mod view;
