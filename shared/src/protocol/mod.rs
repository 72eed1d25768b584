//! Everything that goes over the wire. `view` has the objects that both APIs show, `request` has the requests on the socket, and
//! `frame` has the frames that the socket sends. `problem` has the errors of both APIs.

pub mod frame;
pub mod problem;
pub mod request;
#[cfg(feature = "schema")]
pub mod schema;
pub mod view;
