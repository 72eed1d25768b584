//! Rules for every endpoint, tested by enumeration.

mod asyncapi;
mod consistency;
mod dependencies;
mod documents;
mod events;
mod limits;
mod openapi;
mod paths;
mod rights;
mod routes;
