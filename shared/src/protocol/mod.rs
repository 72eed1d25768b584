//! What goes over the wire: `view` are the things that both APIs show, `frame` every frame of the socket, both ways.

pub mod frame;
pub mod view;
