//! Changing a password, and resetting it with an emailed link.

mod change;
mod reset;
mod reset_request;
