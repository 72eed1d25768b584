//! The fixture and the people in it. They speak in verbs: `alice.says("hi")`, `bob.hears("entry")`.

mod answer;
mod asyncapi;
mod client;
mod deployment;
pub mod described;
mod person;
mod program;
pub mod replica;
mod socket;
mod stack;
mod unicode;

pub use answer::Answer;
pub use asyncapi::AsyncApi;
pub use client::Client;
use deployment::Deployment;
pub use person::{PASSWORD, Person};
pub use program::{Program, emotechat};
pub use socket::{PATIENCE, Socket};
pub use stack::Chat;
pub use unicode::{Status, unicode_emojis};

use shared::domain::{ClientId, Timestamp};

/// The next head hint is lost, as by a crash before it.
pub fn loses_a_head(chat: &Chat) {
    chat.stack().table().faults().add(local::Fault {
        operation: "PutItem".to_owned(),
        containing: Some("\"HEAD\"".to_owned()),
        how: local::FaultKind::Fail,
        // All tries of the client.
        times: 3,
    });
}

/// Waits until a call has come to a gate.
pub async fn reached(latch: &local::Latch) {
    tokio::time::timeout(PATIENCE, latch.reached(1)).await.expect("it comes to the latch");
}

/// A new id for a message, as a client makes it: of this time.
pub fn client_id(now: Timestamp) -> String {
    ulid(now)
}

/// A ULID of this time.
pub fn ulid(now: Timestamp) -> String {
    let id = shared::domain::UserId::new(now, shared::runtime::entropy::number()).to_string();
    assert!(id.parse::<ClientId>().is_ok());
    id
}
