//! The fixture and its users. Their methods are verbs: `alice.says("hi")`, `bob.hears("entry")`.

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

/// Makes the next write of a head hint fail, as if the function had crashed before it.
pub fn loses_a_head(chat: &Chat) {
    chat.stack().table().faults().add(local::Fault {
        operation: "PutItem".to_owned(),
        containing: Some("\"HEAD\"".to_owned()),
        kind: local::FaultKind::Fail,
        // The first attempt and all retries of the SDK.
        times: 3,
    });
}

/// Waits until a call has reached the latch.
pub async fn reached(latch: &local::Latch) {
    tokio::time::timeout(PATIENCE, latch.reached(1)).await.expect("a call reaches the latch");
}

/// Returns a new message id for this time, as a client would create it.
pub fn client_id(now: Timestamp) -> String {
    ulid(now)
}

/// Returns a new ULID for this time.
pub fn ulid(now: Timestamp) -> String {
    let id = shared::domain::UserId::new(now, shared::runtime::entropy::number()).to_string();
    assert!(id.parse::<ClientId>().is_ok());
    id
}
