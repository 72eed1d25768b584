//! Rate limits: counts the events of a source or an account in a fixed window, which opens with the first event.

use std::time::Duration;

use aws_sdk_dynamodb::types::{AttributeValue, ReturnValuesOnConditionCheckFailure};
use serde::Deserialize;

use super::{Error, Item, Key, Store, from_item, number, update_or_current};
use crate::domain::{
    SessionId, Source, Timestamp, UserId,
    limits::{self, Rate},
};

/// A rate limit and its subject. The limits of a source are parameters of the deployment, so they are part of the value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Counter {
    /// Registrations from a source.
    Registrations(Source, u32),
    /// Failed logins from a source.
    FailedLogins(Source, u32),
    /// Requests for reset links from a source.
    ResetRequests(Source, u32),
    /// Attempts to change a password in a session.
    PasswordChanges(SessionId),
    /// Changes of an account's name.
    Renames(UserId),
    /// New conversations of an account.
    Conversations(UserId),
    /// Long searches for earlier copies of an account's messages.
    LongLookBacks(UserId),
}

/// Why an event was not counted.
#[derive(Debug, thiserror::Error)]
pub enum CountError {
    /// The limit is reached.
    #[error("the limit of {counter:?} is reached")]
    LimitReached {
        /// The limit.
        counter: Counter,
        /// The time until the window closes.
        retry_after: Duration,
    },
    /// The table failed.
    #[error(transparent)]
    Store(#[from] Error),
}

#[derive(Deserialize)]
struct Row {
    count: u32,
    ends_at_ms: u64,
}

/// Attempts to count while concurrent requests update the same counter.
const ATTEMPTS: u32 = 5;

impl Counter {
    fn key(self) -> Key {
        match self {
            Self::Registrations(source, _) => Key::counter("registrations", &source.to_string()),
            Self::FailedLogins(source, _) => Key::counter("failed_logins", &source.to_string()),
            Self::ResetRequests(source, _) => Key::counter("reset_requests", &source.to_string()),
            Self::PasswordChanges(session_id) => {
                Key::counter("password_changes", &session_id.to_string())
            }
            Self::Renames(user_id) => Key::counter("renames", &user_id.to_string()),
            Self::Conversations(user_id) => Key::counter("conversations", &user_id.to_string()),
            Self::LongLookBacks(user_id) => Key::counter("look_backs", &user_id.to_string()),
        }
    }

    fn rate(self) -> Rate {
        match self {
            Self::Registrations(_, count) => Rate { count, ..limits::REGISTRATIONS_PER_SOURCE },
            Self::FailedLogins(_, count) => Rate { count, ..limits::FAILED_LOGINS_PER_SOURCE },
            Self::ResetRequests(_, count) => Rate { count, ..limits::RESET_REQUESTS_PER_SOURCE },
            Self::PasswordChanges(_) => limits::PASSWORD_CHANGES,
            Self::Renames(_) => limits::RENAMES,
            Self::Conversations(_) => limits::CONVERSATIONS_PER_ACCOUNT,
            Self::LongLookBacks(_) => limits::internal::LONG_LOOK_BACKS,
        }
    }

    fn check(self, row: &Row, now: Timestamp) -> Result<(), CountError> {
        let ends_at = Timestamp::from_millis(row.ends_at_ms);
        if ends_at > now && row.count >= self.rate().count {
            return Err(CountError::LimitReached {
                counter: self,
                retry_after: ends_at.since(now),
            });
        }
        Ok(())
    }
}

impl Store {
    /// Fails if the limit is reached. Does not count an event.
    ///
    /// # Errors
    /// [`CountError`]
    pub async fn check_limit(&self, counter: Counter) -> Result<(), CountError> {
        let now = self.clock.now();
        let Some(item) = self.get(&counter.key(), true).await? else { return Ok(()) };
        counter.check(&from_item("counter", item)?, now)
    }

    /// Counts one event, or fails if the limit is reached.
    ///
    /// # Errors
    /// [`CountError`]
    pub async fn limit(&self, counter: Counter) -> Result<(), CountError> {
        for _ in 0..ATTEMPTS {
            let now = self.clock.now();
            // Most calls end here: the window is open and below its limit, or there is no window yet.
            let update = "SET #count = if_not_exists(#count, :zero) + :one, \
                          ends_at_ms = if_not_exists(ends_at_ms, :ends), \
                          expires_at = if_not_exists(expires_at, :ttl)";
            // The count never passes the limit, even under concurrent requests.
            let condition = "attribute_not_exists(pk) OR (ends_at_ms > :now AND #count < :most)";
            let current = match self.add(counter, update, condition, now).await? {
                Ok(()) => return Ok(()),
                Err(current) => current,
            };
            if let Some(item) = current {
                counter.check(&from_item("counter", item)?, now)?;
            }
            let open = "SET #count = :one, ends_at_ms = :ends, expires_at = :ttl";
            // Of the concurrent requests, only one replaces a window that closed.
            let condition = "ends_at_ms <= :now";
            if self.add(counter, open, condition, now).await?.is_ok() {
                return Ok(());
            }
        }
        Err(Error::Contended("a counter").into())
    }

    async fn add(
        &self,
        counter: Counter,
        update: &str,
        condition: &str,
        now: Timestamp,
    ) -> Result<Result<(), Option<Item>>, Error> {
        let Rate { count, window } = counter.rate();
        let ends_at = now + window;
        // DynamoDB rejects values that no expression uses.
        let values: [(&str, AttributeValue); 6] = [
            (":one", number(1)),
            (":zero", number(0)),
            (":now", number(now.as_millis())),
            (":most", number(count.into())),
            (":ends", number(ends_at.as_millis())),
            (":ttl", number(ends_at.as_secs())),
        ];
        let used = values
            .into_iter()
            .filter(|(name, _)| update.contains(name) || condition.contains(name))
            .map(|(name, value)| (name.to_owned(), value))
            .collect();
        let update = self
            .update(&counter.key())
            .update_expression(update)
            .condition_expression(condition)
            .expression_attribute_names("#count", "count")
            .set_expression_attribute_values(Some(used))
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld);
        update_or_current(update).await
    }
}
