//! Counts the failed and pending logins of an address. Unknown addresses are counted the same way.

use aws_sdk_dynamodb::operation::update_item::builders::UpdateItemFluentBuilder;

use super::{Error, Key, Store, number, text, update_if};
use crate::domain::{
    EmailAddress, Timestamp,
    attempts::{Admission, Attempts},
    limits,
};

impl Store {
    /// Counts a failed login of an address.
    ///
    /// # Errors
    /// [`Error`] if the table fails.
    pub async fn count_failed_login(
        &self,
        email: &EmailAddress,
        now: Timestamp,
    ) -> Result<(), Error> {
        update_if(self.failed_login(email, now)).await.map(|_| ())
    }

    /// Claims an attempt before the password is checked. Returns false if other logins were faster: the caller must then read
    /// the address again.
    ///
    /// # Errors
    /// [`Error`] if the table fails.
    pub async fn claim_login(
        &self,
        email: &EmailAddress,
        seen: Attempts,
        admission: Admission,
        now: Timestamp,
    ) -> Result<bool, Error> {
        let claim = match admission {
            Admission::Wait(_) => return Ok(false),
            // I8: of many concurrent attempts, only one is made for each delay.
            Admission::Delayed => self
                .failed_login(email, now)
                .condition_expression("failures = :seen")
                .expression_attribute_values(":seen", number(seen.failures.into())),
            Admission::Free { tries_below, is_stale: false } => self
                .claimed_login(email, now, "ADD tries :one")
                // A burst of attempts is bounded, and no attempt is free once the delays begin.
                .condition_expression(
                    "(attribute_not_exists(tries) OR tries < :below) \
                     AND (attribute_not_exists(failures) OR failures < :free)",
                )
                .expression_attribute_values(":one", number(1))
                .expression_attribute_values(":below", number(tries_below.into()))
                .expression_attribute_values(":free", number(limits::FREE_FAILED_LOGINS.into())),
            Admission::Free { is_stale: true, .. } => self
                .claimed_login(email, now, "SET tries = :next")
                // Of many concurrent attempts, only one resets a stale count.
                .condition_expression("tries = :seen")
                .expression_attribute_values(":next", number(u64::from(seen.failures) + 1))
                .expression_attribute_values(":seen", number(seen.tries.into())),
        };
        update_if(claim).await
    }

    fn claimed_login(
        &self,
        email: &EmailAddress,
        now: Timestamp,
        count: &str,
    ) -> UpdateItemFluentBuilder {
        let expires_at = now + limits::FAILED_LOGINS_RETENTION;
        let set = if count.starts_with("SET") { "," } else { " SET" };
        self.update(&Key::guard(email))
            .update_expression(format!("{count}{set} last_tried_at = :now, expires_at = :ttl"))
            .expression_attribute_values(":now", text(now))
            .expression_attribute_values(":ttl", number(expires_at.as_secs()))
    }

    fn failed_login(&self, email: &EmailAddress, now: Timestamp) -> UpdateItemFluentBuilder {
        let expires_at = now + limits::FAILED_LOGINS_RETENTION;
        self.update(&Key::guard(email))
            .update_expression("ADD failures :one SET last_failed_at = :now, expires_at = :ttl")
            .expression_attribute_values(":one", number(1))
            .expression_attribute_values(":now", text(now))
            .expression_attribute_values(":ttl", number(expires_at.as_secs()))
    }

    /// Clears the failed logins of an address after a login with the correct password.
    ///
    /// # Errors
    /// [`Error`] if the table fails.
    pub async fn forget_failed_logins(&self, email: &EmailAddress) -> Result<(), Error> {
        self.delete(&Key::guard(email)).await
    }
}
