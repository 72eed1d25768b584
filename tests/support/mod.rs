//! The fixture and the people in it. They speak in verbs: `alice.says("hi")`, `bob.hears("entry")`.

mod answer;
mod person;
mod socket;
mod stack;

pub use answer::Answer;
pub use person::{PASSWORD, Person};
pub use socket::Socket;
pub use stack::Chat;

use shared::domain::{ClientId, Timestamp};

/// A new id for a message, as a client makes it: of this time.
pub fn client_id(now: Timestamp) -> String {
    ulid(now)
}

/// A ULID of this time.
pub fn ulid(now: Timestamp) -> String {
    let id = shared::domain::UserId::new(now, shared::entropy::number()).to_string();
    assert!(id.parse::<ClientId>().is_ok());
    id
}
