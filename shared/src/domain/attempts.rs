//! How failed logins delay an address, whether or not it has an account.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{Timestamp, limits};

/// The login attempts of one address since the last correct password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Attempts {
    /// The number of failed attempts.
    #[serde(default)]
    pub failures: u32,
    /// When the last one failed.
    #[serde(default)]
    pub last_failed_at: Timestamp,
    /// The number of attempts that started while free failures were left. Those that have not failed are in progress.
    #[serde(default)]
    pub tries: u32,
    /// When the last of them started.
    #[serde(default)]
    pub last_tried_at: Timestamp,
}

/// Whether an address may try a login now. The attempt is claimed before the password is checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Admission {
    /// Allowed, because free failures are left.
    Free {
        /// The claim succeeds only if `tries` is below this.
        tries_below: u32,
        /// Earlier attempts no longer count as in progress.
        is_stale: bool,
    },
    /// Allowed once, because the delay has passed. The attempt counts as failed in advance, so that only one of several
    /// concurrent attempts proceeds.
    Delayed,
    /// Not allowed for this long.
    Wait(Duration),
}

impl Attempts {
    /// The delay after this many failures: none for the first five, then 1 s, doubling up to 15 min.
    pub fn delay(self) -> Duration {
        if self.failures < limits::FREE_FAILED_LOGINS {
            return Duration::ZERO;
        }
        let doublings = (self.failures - limits::FREE_FAILED_LOGINS).min(16);
        (limits::FIRST_LOGIN_DELAY * (1 << doublings)).min(limits::MAX_LOGIN_DELAY)
    }

    /// Decides whether the address may try a login now.
    pub fn admission(self, now: Timestamp) -> Admission {
        if self.failures >= limits::FREE_FAILED_LOGINS {
            let allowed_at = self.last_failed_at + self.delay();
            return match allowed_at <= now {
                true => Admission::Delayed,
                false => Admission::Wait(allowed_at.since(now)),
            };
        }
        let is_stale = self.tries > self.failures
            && self.last_tried_at + limits::internal::LOGIN_TIMEOUT <= now;
        let in_progress = self.tries.saturating_sub(self.failures);
        if !is_stale && in_progress >= limits::internal::LOGINS_IN_PROGRESS {
            return Admission::Wait(limits::FIRST_LOGIN_DELAY);
        }
        Admission::Free {
            tries_below: self.failures + limits::internal::LOGINS_IN_PROGRESS,
            is_stale,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn five_failures_are_free_and_then_the_delay_doubles() {
        let at = Timestamp::from_secs(1_000);
        let delays: Vec<u64> = (0..20)
            .map(|failures| {
                Attempts { failures, last_failed_at: at, ..Attempts::default() }.delay().as_secs()
            })
            .collect();
        assert_eq!(delays[..11], [0, 0, 0, 0, 0, 1, 2, 4, 8, 16, 32]);
        assert_eq!(delays[15..], [900; 5]);
    }

    #[test]
    fn an_address_waits_for_the_delay_and_then_gets_one_attempt() {
        let at = Timestamp::from_secs(1_000);
        let attempts = Attempts { failures: 7, last_failed_at: at, ..Attempts::default() };
        assert_eq!(attempts.admission(at), Admission::Wait(Duration::from_secs(4)));
        assert_eq!(attempts.admission(at + Duration::from_secs(4)), Admission::Delayed);
    }

    #[test]
    fn a_burst_is_limited_before_any_attempt_has_failed() {
        let now = Timestamp::from_secs(1_000);
        let started = |tries, failures| Attempts {
            tries,
            failures,
            last_tried_at: now,
            ..Attempts::default()
        };
        let free = |tries_below| Admission::Free { tries_below, is_stale: false };
        assert_eq!(Attempts::default().admission(now), free(10));
        assert_eq!(started(9, 0).admission(now), free(10));
        assert_eq!(started(10, 0).admission(now), Admission::Wait(limits::FIRST_LOGIN_DELAY));
        assert_eq!(started(10, 3).admission(now), free(13));
        let later = now + limits::internal::LOGIN_TIMEOUT;
        assert_eq!(
            started(10, 0).admission(later),
            Admission::Free { tries_below: 10, is_stale: true }
        );
    }
}
