//! Writes several items in one transaction.

use aws_sdk_dynamodb::{
    operation::transact_write_items::TransactWriteItemsError, types::TransactWriteItem,
};

use super::{Error, Store, back_off};

/// The maximum number of actions in a transaction
/// ([quota](https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html)).
pub(super) const ACTIONS: usize = 100;

/// Attempts while other transactions use the same items.
const ATTEMPTS: u32 = 8;

/// The outcome of a transaction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Outcome {
    /// Everything was written.
    Done,
    /// Nothing was written, because the conditions of the actions at these positions failed.
    Failed(Vec<usize>),
}

impl Outcome {
    /// Whether the condition of the action at this position failed.
    pub(super) fn failed_at(&self, index: usize) -> bool {
        matches!(self, Self::Failed(indexes) if indexes.contains(&index))
    }
}

impl Store {
    /// Writes all items or none. Retries after a conflict with another transaction. The SDK's idempotency token makes a retry
    /// safe after a lost response.
    pub(super) async fn transact(&self, actions: Vec<TransactWriteItem>) -> Result<Outcome, Error> {
        for attempt in 0..ATTEMPTS {
            let request =
                self.client.transact_write_items().set_transact_items(Some(actions.clone()));
            let error = match request.send().await {
                Ok(_) => return Ok(Outcome::Done),
                Err(error) => error,
            };
            let Some(TransactWriteItemsError::TransactionCanceledException(cancelled)) =
                error.as_service_error()
            else {
                return Err(Error::call("TransactWriteItems", &error));
            };
            let codes = cancelled.cancellation_reasons().iter().map(|reason| reason.code());
            let failed: Vec<usize> = codes
                .clone()
                .enumerate()
                .filter(|(_, code)| *code == Some("ConditionalCheckFailed"))
                .map(|(index, _)| index)
                .collect();
            if !failed.is_empty() {
                return Ok(Outcome::Failed(failed));
            }
            let is_transient = |code: &str| {
                matches!(
                    code,
                    "None"
                        | "TransactionConflict"
                        | "ThrottlingError"
                        | "ProvisionedThroughputExceeded"
                )
            };
            if !codes.flatten().all(is_transient) {
                return Err(Error::call("TransactWriteItems", &error));
            }
            back_off(attempt).await;
        }
        Err(Error::Contended("a transaction"))
    }
}

/// Builds one action of a transaction.
macro_rules! action {
    ($store:expr, $kind:ident, $builder:expr) => {
        aws_sdk_dynamodb::types::TransactWriteItem::builder()
            .$kind($builder.table_name(&$store.table).build().map_err(|error| {
                crate::store::Error::Call {
                    operation: "TransactWriteItems",
                    code: "incomplete".to_owned(),
                    message: error.to_string(),
                }
            })?)
            .build()
    };
}
pub(super) use action;
