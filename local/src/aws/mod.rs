//! The AWS services that functions call: DynamoDB and its stream, Secrets Manager, SES, and EventBridge schedules.
//! Each endpoint listens on loopback and enforces the rights that the template grants its callers.

pub(crate) mod faults;
pub(crate) mod mail;
pub(crate) mod rights;
pub(crate) mod schedules;
pub(crate) mod secrets;
pub(crate) mod services;
pub(crate) mod streams;
pub(crate) mod table;
