//! The stack's time: the shared clock, and timers on it, so that a test can skip ten idle minutes.

use std::time::Duration;

use shared::{Clock, domain::Timestamp};
use tokio::sync::watch;

/// The clock of the stack and the timers that wait on it.
#[derive(Debug)]
pub struct Time {
    clock: Clock,
    moved: watch::Sender<()>,
}

impl Time {
    /// Creates timers on this clock.
    pub fn new(clock: Clock) -> Self {
        Self { clock, moved: watch::Sender::new(()) }
    }

    /// The clock. Moving it directly wakes no timers; use [`Time::advance`] instead.
    pub fn clock(&self) -> &Clock {
        &self.clock
    }

    /// The current time.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Moves the clock forward and wakes the timers that are now due.
    pub fn advance(&self, by: Duration) {
        self.clock.advance(by);
        self.moved.send_replace(());
    }

    /// Waits until the clock reaches `at`.
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

/// Formats a time as RFC 3339 without a fraction, as in AWS's events.
pub(crate) fn in_seconds(at: Timestamp) -> String {
    let text = at.to_string();
    text.split_once('.').map_or_else(|| text.clone(), |(whole, _)| format!("{whole}Z"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn moving_the_clock_wakes_a_waiting_timer() {
        let time = Time::new(Clock::system());
        let in_two_hours = time.now() + Duration::from_secs(7200);
        let ((), ()) = tokio::join!(time.until(in_two_hours), async {
            tokio::task::yield_now().await;
            time.advance(Duration::from_secs(7200));
        });
        assert!(time.now() >= in_two_hours);
    }
}
