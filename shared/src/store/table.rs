//! The generic calls to the table, and the conversions between rows and items.

use std::time::Duration;

use aws_sdk_dynamodb::{
    operation::{
        query::QueryOutput,
        update_item::{UpdateItemError, builders::UpdateItemFluentBuilder},
    },
    types::AttributeValue,
};
use serde::{Serialize, de::DeserializeOwned};

use super::{Error, Item, Key, Store};
use crate::runtime::entropy;

impl Store {
    pub(super) fn update(&self, key: &Key) -> UpdateItemFluentBuilder {
        self.client.update_item().table_name(&self.table).set_key(Some(key.item()))
    }

    /// At most `limit` items of a partition between two keys, both included.
    pub(super) async fn query_between(
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

    pub(super) async fn get(&self, key: &Key, consistent: bool) -> Result<Option<Item>, Error> {
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

    /// All items of a partition whose sort key has this prefix, in order. A consistent read.
    pub(super) async fn query_prefix(&self, prefix: &Key) -> Result<Vec<Item>, Error> {
        let mut items = Vec::new();
        let mut start = None;
        loop {
            let output = self
                .client
                .query()
                .table_name(&self.table)
                .key_condition_expression("pk = :pk AND begins_with(sk, :prefix)")
                .expression_attribute_values(":pk", prefix.pk_value())
                .expression_attribute_values(":prefix", prefix.sk_value())
                .consistent_read(true)
                .set_exclusive_start_key(start)
                .send()
                .await
                .map_err(|error| Error::call("Query", &error))?;
            items.extend(output.items.unwrap_or_default());
            start = output.last_evaluated_key;
            if start.is_none() {
                return Ok(items);
            }
        }
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

/// Sends an update. Returns false if its condition failed.
pub(super) async fn update_if(request: UpdateItemFluentBuilder) -> Result<bool, Error> {
    Ok(update_or_current(request).await?.is_ok())
}

/// Sends an update. If its condition failed, returns the current item, provided that the request asks for it.
///
/// Retries after a conflict with a transaction, which the SDK does not do.
pub(super) async fn update_or_current(
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

/// Waits before a retry. The wait grows with each attempt and has jitter, so that requests that collided do not collide again.
pub async fn back_off(attempt: u32) {
    let max = 10_u64 << attempt.min(5);
    tokio::time::sleep(Duration::from_millis(1 + entropy::short() % max)).await;
}

/// Reads a row.
pub(super) fn from_item<T: DeserializeOwned>(noun: &'static str, item: Item) -> Result<T, Error> {
    serde_dynamo::from_item(item).map_err(|source| Error::Row { noun, source })
}

/// Writes a row as an item, with its key.
pub(super) fn to_item(noun: &'static str, key: &Key, row: &impl Serialize) -> Result<Item, Error> {
    let mut item: Item =
        serde_dynamo::to_item(row).map_err(|source| Error::Row { noun, source })?;
    item.extend(key.item());
    Ok(item)
}

/// Writes a value inside an item.
pub(super) fn to_value(
    noun: &'static str,
    value: &impl Serialize,
) -> Result<AttributeValue, Error> {
    serde_dynamo::to_attribute_value(value).map_err(|source| Error::Row { noun, source })
}

pub(super) fn text(text: impl ToString) -> AttributeValue {
    AttributeValue::S(text.to_string())
}

pub(super) fn number(number: u64) -> AttributeValue {
    AttributeValue::N(number.to_string())
}
