//! Operations that the HTTP API and the socket share.

mod access;
mod announce;
mod read;
mod view;

pub use access::{check_still_member, enter};
pub use announce::announce;
pub use read::read;
pub use view::{Snapshot, current_user, entries, members, message, show};
