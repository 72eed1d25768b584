//! How failed logins slow an address down, known or not alike.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{Timestamp, limits};

/// The logins of one address since the last right password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Attempts {
    /// How many failed.
    #[serde(default)]
    pub failures: u32,
    /// When the last one failed.
    #[serde(default)]
    pub last_failed_at: Timestamp,
    /// How many were begun while there were free failures left; what has not failed yet is under way.
    #[serde(default)]
    pub tries: u32,
    /// When the last of them was begun.
    #[serde(default)]
    pub last_tried_at: Timestamp,
}

/// What an address may do now. A try is claimed before the password is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Admission {
    /// Try: some of the free failures are left. So many may have been begun at most when this one is.
    Free {
        /// The claim holds only below this.
        tries_below: u32,
        /// What was begun before is under way no more.
        is_stale: bool,
    },
    /// Try once: the delay has passed. The try counts as failed in advance, so that of many at once one is made.
    Delayed,
    /// Wait.
    Wait(Duration),
}

impl Attempts {
    /// The delay after so many failures: none for the first five, then 1 s, doubling up to 15 min.
    pub fn delay(self) -> Duration {
        if self.failures < limits::FREE_FAILED_LOGINS {
            return Duration::ZERO;
        }
        let doublings = (self.failures - limits::FREE_FAILED_LOGINS).min(16);
        (limits::FIRST_LOGIN_DELAY * (1 << doublings)).min(limits::LAST_LOGIN_DELAY)
    }

    /// Whether the address may try now.
    pub fn admission(self, now: Timestamp) -> Admission {
        if self.failures >= limits::FREE_FAILED_LOGINS {
            let open_at = self.last_failed_at + self.delay();
            return match open_at <= now {
                true => Admission::Delayed,
                false => Admission::Wait(open_at.since(now)),
            };
        }
        let is_stale =
            self.tries > self.failures && self.last_tried_at + limits::internal::LOGIN_TIME <= now;
        let under_way = self.tries.saturating_sub(self.failures);
        if !is_stale && under_way >= limits::internal::LOGINS_IN_PROGRESS {
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
    fn an_address_waits_for_the_delay_and_then_claims_one_try() {
        let at = Timestamp::from_secs(1_000);
        let attempts = Attempts { failures: 7, last_failed_at: at, ..Attempts::default() };
        assert_eq!(attempts.admission(at), Admission::Wait(Duration::from_secs(4)));
        assert_eq!(attempts.admission(at + Duration::from_secs(4)), Admission::Delayed);
    }

    #[test]
    fn a_burst_is_bounded_before_any_of_it_has_failed() {
        let now = Timestamp::from_secs(1_000);
        let begun = |tries, failures| Attempts {
            tries,
            failures,
            last_tried_at: now,
            ..Attempts::default()
        };
        let free = |tries_below| Admission::Free { tries_below, is_stale: false };
        assert_eq!(Attempts::default().admission(now), free(10));
        assert_eq!(begun(9, 0).admission(now), free(10));
        assert_eq!(begun(10, 0).admission(now), Admission::Wait(limits::FIRST_LOGIN_DELAY));
        assert_eq!(begun(10, 3).admission(now), free(13));
        let later = now + limits::internal::LOGIN_TIME;
        assert_eq!(
            begun(10, 0).admission(later),
            Admission::Free { tries_below: 10, is_stale: true }
        );
    }
}
