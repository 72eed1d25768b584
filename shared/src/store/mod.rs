//! The DynamoDB store: a concrete type with one table, and one impl block per noun. Every access is a get or a query by key.
//!
//! Each write states its condition. A failed condition is returned as its meaning, such as [`EmailTaken`].

use std::collections::HashMap;

use aws_sdk_dynamodb::{
    Client,
    error::{ProvideErrorMetadata, SdkError},
    types::AttributeValue,
};

use crate::{Clock, aws::Aws, runtime::config::Variables};

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
mod table;
mod tickets;
mod transact;

pub use accounts::{EmailTaken, LoginRecord};
pub use append::{AppendError, Appended, InitialRead};
pub use counters::{CountError, Counter};
pub use keys::Key;
pub use log::Range;
pub use passwords::{PasswordProof, Replaced};
pub use resets::ResetRecord;
pub use sessions::Login;
pub use sockets::{Admitted, Connection, Ended, Lease, NotAdmitted};
pub use stream::{Change, change, mail_id};
pub use table::back_off;
use table::{from_item, number, text, to_item, to_value, update_if, update_or_current};

/// An item: DynamoDB attributes by name.
pub(crate) type Item = HashMap<String, AttributeValue>;

/// The table.
#[derive(Debug, Clone)]
pub struct Store {
    client: Client,
    table: String,
    clock: Clock,
}

/// A failure of the table that the caller did not cause.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A call failed after its retries.
    #[error("{operation} failed: {code}: {message}")]
    Call {
        /// The DynamoDB operation.
        operation: &'static str,
        /// The error code of AWS, or a description of the connection's failure.
        code: String,
        /// The error message of AWS.
        message: String,
    },
    /// This version cannot read the row.
    #[error("cannot read a row ({noun}): {source}")]
    Row {
        /// The kind of row.
        noun: &'static str,
        /// The cause.
        source: serde_dynamo::Error,
    },
    /// Concurrent writes won every attempt.
    #[error("too many concurrent writes: {0}")]
    Contended(&'static str),
}

impl Error {
    /// Whether the caller should retry after a short wait.
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

    /// Whether the failure may be temporary, or the call may have succeeded without a response. False for permanent errors.
    pub fn is_transient(&self) -> bool {
        const TRANSIENT: [&str; 4] =
            ["InternalServerError", "ServiceUnavailable", "no answer", "no connection"];
        self.is_busy() || matches!(self, Self::Call { code, .. } if TRANSIENT.contains(&&**code))
    }

    /// The failure of a call. Keeps only the code and the message of AWS, because the error may contain the item.
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
    /// A store for the table that `TABLE_NAME` names.
    pub fn new(variables: &mut Variables, aws: &Aws, clock: Clock) -> Self {
        let mut config = aws_sdk_dynamodb::config::Builder::from(&aws.config);
        config.set_endpoint_url(aws.dynamodb_url.clone());
        Self {
            client: Client::from_conf(config.build()),
            table: variables.text("TABLE_NAME"),
            clock,
        }
    }

    /// Opens the connection with one cheap read, so that the first request does not wait for TLS.
    ///
    /// # Errors
    /// [`Error::Call`]
    pub async fn warm(&self) -> Result<(), Error> {
        self.get(&Key::warm_up(), false).await.map(|_| ())
    }

    /// The clock for the timestamps of rows.
    pub fn clock(&self) -> &Clock {
        &self.clock
    }
}
