//! What holds of every endpoint, by enumeration.

mod consistency;
mod dependencies;
mod documents;
mod events;
mod limits;
mod openapi;
mod rights;
mod routes;
