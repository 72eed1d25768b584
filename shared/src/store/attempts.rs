//! Failed logins of an address, known or not.

use aws_sdk_dynamodb::operation::update_item::builders::UpdateItemFluentBuilder;

use super::{Error, Key, Store, number, text, update_if};
use crate::domain::{EmailAddress, Timestamp, attempts::Attempts, limits};

impl Store {
    /// Counts a failed login of an address.
    ///
    /// # Errors
    /// The table's.
    pub async fn count_failed_login(
        &self,
        email: &EmailAddress,
        now: Timestamp,
    ) -> Result<(), Error> {
        update_if(self.failed_login(email, now)).await.map(|_| ())
    }

    /// Claims the one try that is allowed once a delay has passed, by counting it as failed in advance.
    /// False where another request was faster.
    ///
    /// # Errors
    /// The table's.
    pub async fn claim_login(
        &self,
        email: &EmailAddress,
        seen: Attempts,
        now: Timestamp,
    ) -> Result<bool, Error> {
        let claim = self
            .failed_login(email, now)
            // I8: of many tries at once, one is made for each delay.
            .condition_expression("failures = :seen")
            .expression_attribute_values(":seen", number(seen.failures.into()));
        update_if(claim).await
    }

    fn failed_login(&self, email: &EmailAddress, now: Timestamp) -> UpdateItemFluentBuilder {
        let forgotten_at = now + limits::FAILED_LOGINS_MEMORY;
        self.update(&Key::guard(email))
            .update_expression("ADD failures :one SET last_failed_at = :now, expires_at = :ttl")
            .expression_attribute_values(":one", number(1))
            .expression_attribute_values(":now", text(now))
            .expression_attribute_values(":ttl", number(forgotten_at.as_secs()))
    }

    /// Forgets the failed logins of an address: the right password was given.
    ///
    /// # Errors
    /// The table's.
    pub async fn forget_failed_logins(&self, email: &EmailAddress) -> Result<(), Error> {
        self.delete(&Key::guard(email)).await
    }

    pub(super) async fn delete(&self, key: &Key) -> Result<(), Error> {
        self.client
            .delete_item()
            .table_name(&self.table)
            .set_key(Some(key.item()))
            .send()
            .await
            .map(|_| ())
            .map_err(|error| Error::call("DeleteItem", &error))
    }
}
