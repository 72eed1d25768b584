//! Pushes events to sockets. A push is a hint: it has a deadline, is retried only if it was throttled, and makes nothing fail.
//! A socket that is gone is forgotten at the first 410 (I9).

use crate::domain::limits;

mod delivery;
mod presence;
mod pusher;
mod pushes;

pub use delivery::{Delivery, Pushed};
pub use pusher::{Error, Posted, Pusher};
pub use pushes::Pushes;

/// Posts in flight at once.
const CONCURRENCY: usize = 64;

/// Runs what may be lost, for [`limits::internal::PUSH_DEADLINE`] at most, because a response waits for it.
pub(crate) async fn within_deadline(hints: impl Future<Output = ()>) {
    if tokio::time::timeout(limits::internal::PUSH_DEADLINE, hints).await.is_err() {
        tracing::warn!(
            push.deadline_ms = limits::internal::PUSH_DEADLINE.as_millis(),
            "pushes took too long"
        );
    }
}
