//! The local API Gateway: the HTTP API and the socket API.

pub(crate) mod http;
pub(crate) mod socket;
