//! Passwords: reset by a mailed link, or changed.

mod change;
mod reset;
mod reset_request;
