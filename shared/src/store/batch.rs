//! Reads many items by their keys, in as few calls as possible.

use std::{collections::HashMap, time::Duration};

use aws_sdk_dynamodb::types::KeysAndAttributes;
use futures::{StreamExt as _, TryStreamExt as _, stream};

use super::{Error, Item, Key, Store};

/// The maximum number of keys in a `BatchGetItem`
/// ([quota](https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html)).
const KEYS: usize = 100;

/// Batches in flight at the same time.
const CONCURRENCY: usize = 8;

/// Attempts to read a batch that a throttled table returns in parts.
const ATTEMPTS: u32 = 6;

impl Store {
    /// Returns the items that exist, by their keys.
    pub(super) async fn batch_get(
        &self,
        keys: &[Key],
        consistent: bool,
    ) -> Result<HashMap<Key, Item>, Error> {
        let chunks: Vec<_> =
            keys.chunks(KEYS).map(|chunk| self.batch_get_chunk(chunk, consistent)).collect();
        let found: Vec<HashMap<Key, Item>> =
            stream::iter(chunks).buffer_unordered(CONCURRENCY).try_collect().await?;
        Ok(found.into_iter().flatten().collect())
    }

    /// Like [`Store::batch_get`], but may be slightly stale. Items that this read does not find are read again, consistently.
    pub(super) async fn batch_get_hints(&self, keys: &[Key]) -> Result<HashMap<Key, Item>, Error> {
        let mut found = self.batch_get(keys, false).await?;
        let missing: Vec<Key> =
            keys.iter().filter(|key| !found.contains_key(key)).cloned().collect();
        found.extend(self.batch_get(&missing, true).await?);
        Ok(found)
    }

    async fn batch_get_chunk(
        &self,
        keys: &[Key],
        consistent: bool,
    ) -> Result<HashMap<Key, Item>, Error> {
        let mut found = HashMap::with_capacity(keys.len());
        let mut wanted = KeysAndAttributes::builder().consistent_read(consistent);
        for key in keys {
            wanted = wanted.keys(key.item());
        }
        let failed = |message: &str| Error::Call {
            operation: "BatchGetItem",
            code: "ThrottlingException".to_owned(),
            message: message.to_owned(),
        };
        let mut wanted = Some(wanted.build().map_err(|error| failed(&error.to_string()))?);
        for attempt in 0..ATTEMPTS {
            let Some(keys) = wanted.take() else { break };
            if attempt > 0 {
                tokio::time::sleep(Duration::from_millis(10 << attempt)).await;
            }
            let output = self
                .client
                .batch_get_item()
                .request_items(&self.table, keys)
                .send()
                .await
                .map_err(|error| Error::call("BatchGetItem", &error))?;
            for item in output.responses.into_iter().flatten().flat_map(|(_, items)| items) {
                if let Some(key) = Key::of(&item) {
                    found.insert(key, item);
                }
            }
            wanted = output.unprocessed_keys.and_then(|mut rest| rest.remove(&self.table));
        }
        if wanted.is_some() {
            return Err(failed("some keys were left unprocessed"));
        }
        Ok(found)
    }
}
