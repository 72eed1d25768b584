//! How failed logins slow an address down, known or not alike.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{Timestamp, limits};

/// The failed logins of one address since the last right password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Attempts {
    /// How many failed.
    #[serde(default)]
    pub failures: u32,
    /// When the last one failed.
    #[serde(default)]
    pub last_failed_at: Timestamp,
}

/// What an address may do now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Admission {
    /// Try: some of the free failures are left. A failure is counted afterwards.
    Free,
    /// Try once: the delay has passed. The try is claimed before the password is looked at, so that
    /// of many at once only one is made.
    Claim,
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
        if self.failures < limits::FREE_FAILED_LOGINS {
            return Admission::Free;
        }
        let open_at = self.last_failed_at + self.delay();
        if open_at <= now { Admission::Claim } else { Admission::Wait(open_at.since(now)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn five_failures_are_free_and_then_the_delay_doubles() {
        let at = Timestamp::from_secs(1_000);
        let delays: Vec<u64> = (0..20)
            .map(|failures| Attempts { failures, last_failed_at: at }.delay().as_secs())
            .collect();
        assert_eq!(delays[..11], [0, 0, 0, 0, 0, 1, 2, 4, 8, 16, 32]);
        assert_eq!(delays[15..], [900; 5]);
    }

    #[test]
    fn an_address_waits_for_the_delay_and_then_claims_one_try() {
        let at = Timestamp::from_secs(1_000);
        let attempts = Attempts { failures: 7, last_failed_at: at };
        assert_eq!(attempts.admission(at), Admission::Wait(Duration::from_secs(4)));
        assert_eq!(attempts.admission(at + Duration::from_secs(4)), Admission::Claim);
        assert_eq!(Attempts::default().admission(at), Admission::Free);
    }
}
