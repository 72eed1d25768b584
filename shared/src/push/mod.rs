//! Pushes events to sockets. A push is a hint: it has a deadline, is retried only after throttling, and never fails a request.
//! The first 410 makes the store forget a socket (I9).

use crate::domain::limits;

mod delivery;
mod presence;
mod pusher;
mod pushes;

pub use delivery::{Delivery, Pushed};
pub use pusher::{Error, Posted, Pusher};
pub use pushes::Pushes;

/// Posts in flight at the same time.
const CONCURRENCY: usize = 64;

/// Runs pushes for at most [`limits::internal::PUSH_DEADLINE`], because a response waits for them. Pushes may be lost.
pub(crate) async fn within_deadline(hints: impl Future<Output = ()>) {
    if tokio::time::timeout(limits::internal::PUSH_DEADLINE, hints).await.is_err() {
        tracing::warn!(
            push.deadline_ms = limits::internal::PUSH_DEADLINE.as_millis(),
            "pushes took too long"
        );
    }
}
