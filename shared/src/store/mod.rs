//! The DynamoDB store: concrete, one table, one impl block per noun. Every access is a get or a query by key.
//!
//! Each write states its condition, and a failed condition comes back as what it means.

use std::{collections::HashMap, time::Duration};

use aws_sdk_dynamodb::{
    Client,
    error::{ProvideErrorMetadata, SdkError},
    operation::{
        query::QueryOutput,
        update_item::{UpdateItemError, builders::UpdateItemFluentBuilder},
    },
    types::AttributeValue,
};
use serde::{Serialize, de::DeserializeOwned};

use crate::{Clock, aws::Aws, config::Variables, entropy};

mod accounts;
mod append;
mod attempts;
mod batch;
mod conversations;
mod counters;
mod directory;
mod keys;
mod log;
mod outbox;
mod passwords;
mod resets;
mod sessions;
mod sockets;
mod stream;
mod tickets;
mod transact;

pub use accounts::{EmailTaken, Proven};
pub use append::{AppendError, Appended, FirstLook, Refused};
pub use counters::{Counter, Over};
pub use keys::Key;
pub use log::{Range, Window};
pub use passwords::{Replaced, Warrant};
pub use resets::Resettable;
pub use sessions::Login;
pub use sockets::{Admitted, Connection, Ended, Lease, NotAdmitted};
pub use stream::{Change, change, mail_id};

/// An item as DynamoDB writes it.
pub(crate) type Item = HashMap<String, AttributeValue>;

/// The table.
#[derive(Debug, Clone)]
pub struct Store {
    client: Client,
    table: String,
    clock: Clock,
}

/// The table did not do what was asked, for reasons that are not the caller's.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A call failed after its retries.
    #[error("{operation} failed: {code}: {message}")]
    Call {
        /// Which call.
        operation: &'static str,
        /// AWS's code, or what happened to the connection.
        code: String,
        /// AWS's explanation.
        message: String,
    },
    /// A row does not have the form that this version writes.
    #[error("a row of {noun} cannot be read: {source}")]
    Row {
        /// What was to be read.
        noun: &'static str,
        /// What is wrong.
        source: serde_dynamo::Error,
    },
    /// Others were faster, again and again.
    #[error("{0} was contended for too long")]
    Contended(&'static str),
}

impl Error {
    /// Whether it is worth trying again in a moment.
    pub fn is_busy(&self) -> bool {
        const BUSY: [&str; 6] = [
            "ThrottlingException",
            "ProvisionedThroughputExceededException",
            "RequestLimitExceeded",
            "TransactionConflictException",
            "TransactionInProgressException",
            "timeout",
        ];
        match self {
            Self::Call { code, .. } => BUSY.contains(&&**code),
            Self::Contended(_) => true,
            Self::Row { .. } => false,
        }
    }

    /// Whether it may pass by itself, or happened although no answer came: not what is wrong for good.
    pub fn is_passing(&self) -> bool {
        const PASSING: [&str; 4] =
            ["InternalServerError", "ServiceUnavailable", "no answer", "no connection"];
        self.is_busy() || matches!(self, Self::Call { code, .. } if PASSING.contains(&&**code))
    }

    /// The failure of a call. Takes AWS's code and words only: an error may carry the item itself.
    pub(crate) fn call<E: ProvideErrorMetadata, R>(
        operation: &'static str,
        error: &SdkError<E, R>,
    ) -> Self {
        let code = match (error, error.code()) {
            (_, Some(code)) => code.to_owned(),
            (SdkError::TimeoutError(_), None) => "timeout".to_owned(),
            (SdkError::DispatchFailure(_), None) => "no connection".to_owned(),
            (_, None) => "no answer".to_owned(),
        };
        Self::Call { operation, code, message: error.message().unwrap_or_default().to_owned() }
    }
}

impl Store {
    /// The table that `TABLE_NAME` names.
    pub fn new(variables: &mut Variables, aws: &Aws, clock: Clock) -> Self {
        let mut config = aws_sdk_dynamodb::config::Builder::from(&aws.config);
        config.set_endpoint_url(aws.dynamodb_url.clone());
        Self {
            client: Client::from_conf(config.build()),
            table: variables.text("TABLE_NAME"),
            clock,
        }
    }

    /// Opens the connection by one cheap read, so that the first request need not wait for TLS.
    ///
    /// # Errors
    /// [`Error::Call`]
    pub async fn warm(&self) -> Result<(), Error> {
        self.get(&Key::warm_up(), false).await.map(|_| ())
    }

    /// The clock that rows are stamped by.
    pub fn clock(&self) -> &Clock {
        &self.clock
    }

    fn update(&self, key: &Key) -> UpdateItemFluentBuilder {
        self.client.update_item().table_name(&self.table).set_key(Some(key.item()))
    }

    /// At most so many items of a partition between two keys, these included.
    async fn query_between(
        &self,
        first: &Key,
        last: &Key,
        ascending: bool,
        limit: u64,
        consistent: bool,
    ) -> Result<QueryOutput, Error> {
        self.client
            .query()
            .table_name(&self.table)
            .key_condition_expression("pk = :pk AND sk BETWEEN :first AND :last")
            .expression_attribute_values(":pk", first.pk_value())
            .expression_attribute_values(":first", first.sk_value())
            .expression_attribute_values(":last", last.sk_value())
            .scan_index_forward(ascending)
            .limit(i32::try_from(limit).unwrap_or(i32::MAX))
            .consistent_read(consistent)
            .send()
            .await
            .map_err(|error| Error::call("Query", &error))
    }

    async fn get(&self, key: &Key, consistent: bool) -> Result<Option<Item>, Error> {
        self.client
            .get_item()
            .table_name(&self.table)
            .set_key(Some(key.item()))
            .consistent_read(consistent)
            .send()
            .await
            .map(|output| output.item)
            .map_err(|error| Error::call("GetItem", &error))
    }
}

/// Sends an update; false where its condition failed.
async fn update_if(request: UpdateItemFluentBuilder) -> Result<bool, Error> {
    Ok(update_or_standing(request).await?.is_ok())
}

/// Sends an update; the item that stands there, if it was asked for, where the condition failed. Tries again
/// where a transaction was in the way, which the SDK does not.
async fn update_or_standing(
    request: UpdateItemFluentBuilder,
) -> Result<Result<(), Option<Item>>, Error> {
    for attempt in 0..5 {
        let Err(error) = request.clone().send().await else { return Ok(Ok(())) };
        match error.as_service_error() {
            Some(UpdateItemError::ConditionalCheckFailedException(failed)) => {
                return Ok(Err(failed.item.clone()));
            }
            Some(UpdateItemError::TransactionConflictException(_)) => back_off(attempt).await,
            _ => return Err(Error::call("UpdateItem", &error)),
        }
    }
    Err(Error::Contended("an item"))
}

/// Waits a moment that grows with the rounds that were lost, with jitter, so that those who lost together part.
pub async fn back_off(round: u32) {
    let most = 10_u64 << round.min(5);
    tokio::time::sleep(Duration::from_millis(1 + entropy::short() % most)).await;
}

/// Reads a row.
fn from_item<T: DeserializeOwned>(noun: &'static str, item: Item) -> Result<T, Error> {
    serde_dynamo::from_item(item).map_err(|source| Error::Row { noun, source })
}

/// A row under its key.
fn to_item(noun: &'static str, key: &Key, row: &impl Serialize) -> Result<Item, Error> {
    let mut item: Item =
        serde_dynamo::to_item(row).map_err(|source| Error::Row { noun, source })?;
    item.extend(key.item());
    Ok(item)
}

/// A value within an item.
fn to_value(noun: &'static str, value: &impl Serialize) -> Result<AttributeValue, Error> {
    serde_dynamo::to_attribute_value(value).map_err(|source| Error::Row { noun, source })
}

fn text(text: impl ToString) -> AttributeValue {
    AttributeValue::S(text.to_string())
}

fn number(number: u64) -> AttributeValue {
    AttributeValue::N(number.to_string())
}
