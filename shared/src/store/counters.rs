//! Counts events of a source or an account within a window that opens with the first of them.

use std::time::Duration;

use aws_sdk_dynamodb::types::{AttributeValue, ReturnValuesOnConditionCheckFailure};
use serde::Deserialize;

use super::{Error, Item, Key, Store, from_item, number, update_or_standing};
use crate::domain::{SessionId, Source, Timestamp, UserId, limits};

/// What is counted, and of whom.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Counter {
    /// Registrations of a source.
    Registrations(Source),
    /// Failed logins of a source.
    FailedLogins(Source),
    /// Requests of a source for reset links.
    ResetRequests(Source),
    /// Tries to change a password in a session.
    PasswordChanges(SessionId),
    /// New names of an account.
    Renames(UserId),
    /// New conversations of an account.
    Conversations(UserId),
    /// Far searches for earlier copies of messages, of an account.
    LongLookBacks(UserId),
}

/// The limit is reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Over {
    /// Until the window closes.
    pub retry_after: Duration,
}

#[derive(Deserialize)]
struct Row {
    count: u32,
    ends_at_ms: u64,
}

/// Rounds against others who count the same at the same instant.
const ROUNDS: u32 = 5;

impl Counter {
    fn key(self) -> Key {
        match self {
            Self::Registrations(source) => Key::counter("registrations", &source.to_string()),
            Self::FailedLogins(source) => Key::counter("failed_logins", &source.to_string()),
            Self::ResetRequests(source) => Key::counter("reset_requests", &source.to_string()),
            Self::PasswordChanges(session_id) => {
                Key::counter("password_changes", &session_id.to_string())
            }
            Self::Renames(user_id) => Key::counter("renames", &user_id.to_string()),
            Self::Conversations(user_id) => Key::counter("conversations", &user_id.to_string()),
            Self::LongLookBacks(user_id) => Key::counter("look_backs", &user_id.to_string()),
        }
    }

    fn window(self) -> Duration {
        match self {
            Self::Registrations(_) => limits::REGISTRATIONS_WINDOW,
            Self::FailedLogins(_) => limits::FAILED_LOGINS_WINDOW,
            Self::ResetRequests(_) => limits::RESET_REQUESTS_WINDOW,
            Self::PasswordChanges(_) => limits::PASSWORD_CHANGES_WINDOW,
            Self::Renames(_) => limits::RENAMES_WINDOW,
            Self::Conversations(_) => limits::CONVERSATIONS_WINDOW,
            Self::LongLookBacks(_) => limits::ENTRIES_WINDOW,
        }
    }
}

impl Row {
    fn over(&self, most: u32, now: Timestamp) -> Result<(), Over> {
        let ends_at = Timestamp::from_millis(self.ends_at_ms);
        if ends_at > now && self.count >= most {
            return Err(Over { retry_after: ends_at.since(now) });
        }
        Ok(())
    }
}

impl Store {
    /// Whether the limit is reached, without counting.
    ///
    /// # Errors
    /// The table's.
    pub async fn peek(&self, counter: Counter, most: u32) -> Result<Result<(), Over>, Error> {
        let now = self.clock.now();
        let Some(item) = self.get(&counter.key(), true).await? else { return Ok(Ok(())) };
        Ok(from_item::<Row>("counter", item)?.over(most, now))
    }

    /// Counts one event, unless the limit is reached.
    ///
    /// # Errors
    /// The table's.
    pub async fn count(&self, counter: Counter, most: u32) -> Result<Result<(), Over>, Error> {
        for _ in 0..ROUNDS {
            let now = self.clock.now();
            // Most calls end here: the window is open and has room, or nothing was counted yet.
            let update = "SET #count = if_not_exists(#count, :zero) + :one, \
                          ends_at_ms = if_not_exists(ends_at_ms, :ends), \
                          expires_at = if_not_exists(expires_at, :ttl)";
            let condition = "attribute_not_exists(pk) OR (ends_at_ms > :now AND #count < :most)";
            let standing = match self.add(counter, update, condition, most, now).await? {
                Ok(()) => return Ok(Ok(())),
                Err(standing) => standing,
            };
            if let Some(item) = standing {
                let row: Row = from_item("counter", item)?;
                if let Err(over) = row.over(most, now) {
                    return Ok(Err(over));
                }
            }
            let open = "SET #count = :one, ends_at_ms = :ends, expires_at = :ttl";
            let condition = "ends_at_ms <= :now";
            if self.add(counter, open, condition, most, now).await?.is_ok() {
                return Ok(Ok(()));
            }
        }
        Err(Error::Contended("a counter"))
    }

    async fn add(
        &self,
        counter: Counter,
        update: &str,
        condition: &str,
        most: u32,
        now: Timestamp,
    ) -> Result<Result<(), Option<Item>>, Error> {
        let ends_at = now + counter.window();
        // DynamoDB refuses values that no expression uses.
        let values: [(&str, AttributeValue); 6] = [
            (":one", number(1)),
            (":zero", number(0)),
            (":now", number(now.as_millis())),
            (":most", number(most.into())),
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
        update_or_standing(update).await
    }
}
