//! The stack's time: the shared clock, and waiting on it, so that ten idle minutes pass when a test says so.

use std::time::Duration;

use shared::{Clock, domain::Timestamp};
use tokio::sync::watch;

/// The clock of the stack and everybody who waits on it.
#[derive(Debug)]
pub struct Time {
    clock: Clock,
    moved: watch::Sender<()>,
}

impl Time {
    /// Time as this clock tells it.
    pub fn new(clock: Clock) -> Self {
        Self { clock, moved: watch::Sender::new(()) }
    }

    /// The clock; moving it by itself wakes nobody: use [`Time::advance`].
    pub fn clock(&self) -> &Clock {
        &self.clock
    }

    /// The current time.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Moves the clock ahead and wakes who waited for a time that is over now.
    pub fn advance(&self, by: Duration) {
        self.clock.advance(by);
        self.moved.send_replace(());
    }

    /// Returns when the clock stands at `at` or later.
    pub async fn until(&self, at: Timestamp) {
        let mut moved = self.moved.subscribe();
        loop {
            let left = at.since(self.now());
            if left.is_zero() {
                return;
            }
            tokio::select! {
                () = tokio::time::sleep(left) => {}
                _ = moved.changed() => {}
            }
        }
    }
}

/// RFC 3339 without a fraction, as AWS's events have it.
pub(crate) fn in_seconds(at: Timestamp) -> String {
    let text = at.to_string();
    text.split_once('.').map_or_else(|| text.clone(), |(whole, _)| format!("{whole}Z"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn who_waits_is_woken_when_the_clock_is_moved() {
        let time = Time::new(Clock::system());
        let in_two_hours = time.now() + Duration::from_secs(7200);
        let ((), ()) = tokio::join!(time.until(in_two_hours), async {
            tokio::task::yield_now().await;
            time.advance(Duration::from_secs(7200));
        });
        assert!(time.now() >= in_two_hours);
    }
}
