//! The DynamoDB store: concrete, one table, one impl block per noun. Every access is a get or a query by key.
//!
//! Each write states its condition, and a failed condition comes back as what it means.

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
pub use append::{AppendError, Appended, FirstLook, Refused};
pub use counters::{CountError, Counter};
pub use keys::Key;
pub use log::{Range, Window};
pub use passwords::{PasswordProof, Replaced};
pub use resets::ResetRecord;
pub use sessions::Login;
pub use sockets::{Admitted, Connection, Ended, Lease, NotAdmitted};
pub use stream::{Change, change, mail_id};
pub use table::back_off;
use table::{from_item, number, text, to_item, to_value, update_if, update_or_current};

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
}
