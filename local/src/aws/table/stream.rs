//! The table's stream, read from the engine, with its records in the form that Lambda passes to functions.

use std::sync::Arc;

use dynoxide::{
    Database, DynoxideError,
    actions::{
        get_records::GetRecordsRequest,
        get_shard_iterator::{GetShardIteratorRequest, GetShardIteratorResponse},
    },
};
use serde_json::{Value, json};
use shared::{Clock, domain::Timestamp};
use tokio::{runtime::Handle, sync::watch};

use crate::template;

/// A record's position in the stream. Position 0 is before the first record.
pub(crate) type Sequence = u128;

/// The maximum number of records that one read returns.
pub(crate) const PAGE: usize = 1000;

/// One change of an item.
#[derive(Debug, Clone)]
pub(crate) struct Record {
    pub(crate) sequence: Sequence,
    pub(crate) created_at: Timestamp,
    /// The record as in the `Records` of an event.
    pub(crate) event: Value,
}

/// Notifies the stream's readers of writes. Clones notify the same readers.
#[derive(Debug, Clone)]
pub(super) struct Written(Arc<watch::Sender<()>>);

impl Default for Written {
    fn default() -> Self {
        Self(Arc::new(watch::Sender::new(())))
    }
}

impl Written {
    pub(super) fn notify(&self) {
        self.0.send_replace(());
    }
}

/// The stream of the running table. Clones read the same stream.
#[derive(Clone)]
pub(crate) struct Stream {
    pub(super) database: Database,
    pub(super) table: Arc<str>,
    /// The engine's runtime, where blocking reads run. Only the engine waits for them, when it stops.
    pub(super) runtime: Handle,
    /// The clock that sets the records' times.
    pub(super) clock: Clock,
    pub(super) written: Written,
}

impl Stream {
    /// A receiver that every write marks as changed. Mark it as seen before reading.
    pub(crate) fn written(&self) -> watch::Receiver<()> {
        self.written.0.subscribe()
    }

    /// Makes every reader check the stream again.
    pub(crate) fn nudge(&self) {
        self.written.notify();
    }

    /// The current time of the clock that sets the records' times.
    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// The ARN of the stream, as the template refers to it.
    pub(crate) fn arn(&self) -> String {
        template::stream_arn(&self.table)
    }

    /// The id of the only shard.
    pub(crate) fn shard(&self) -> String {
        dynoxide::streams::shard_id(&self.table)
    }

    /// The first records after this position.
    pub(crate) async fn after(&self, place: Sequence) -> Result<Vec<Record>, String> {
        self.blocking(move |stream| stream.read(place)).await
    }

    /// The position of the newest record.
    pub(crate) async fn latest(&self) -> Result<Sequence, String> {
        self.blocking(Self::newest).await
    }

    /// All records in the stream.
    pub(crate) fn all(&self) -> Result<Vec<Record>, String> {
        let mut all: Vec<Record> = Vec::new();
        loop {
            let page = self.read(all.last().map_or(0, |last| last.sequence))?;
            let last = page.len() < PAGE;
            all.extend(page);
            if last {
                return Ok(all);
            }
        }
    }

    /// Puts an item directly, not through the endpoint.
    #[cfg(test)]
    pub(crate) fn put(&self, item: &Value) {
        let request = json!({ "TableName": &*self.table, "Item": item });
        self.database.put_item(serde_json::from_value(request).unwrap()).unwrap();
        self.nudge();
    }

    async fn blocking<T: Send + 'static>(
        &self,
        read: impl FnOnce(&Self) -> Result<T, String> + Send + 'static,
    ) -> Result<T, String> {
        let stream = self.clone();
        let read = self.runtime.spawn_blocking(move || read(&stream));
        match read.await {
            Ok(read) => read,
            // The table is stopping, and its readers with it.
            Err(error) if error.is_cancelled() => std::future::pending().await,
            Err(error) => Err(error.to_string()),
        }
    }

    /// Runs blocking work where it does not delay other tasks. The table waits for it when it stops.
    pub(crate) async fn run_blocking(&self, work: impl FnOnce() + Send + 'static) {
        if let Err(error) = self.runtime.spawn_blocking(work).await {
            tracing::error!(error = %error, "blocking work of the table failed");
        }
    }

    fn read(&self, place: Sequence) -> Result<Vec<Record>, String> {
        let iterator = match place {
            0 => self.iterator("TRIM_HORIZON", None)?,
            _ => self.iterator("AFTER_SEQUENCE_NUMBER", Some(place.to_string()))?,
        };
        let request = GetRecordsRequest {
            shard_iterator: iterator.shard_iterator.unwrap_or_default(),
            limit: Some(PAGE),
        };
        let records = self.database.get_records(request).map_err(|error| text(&error))?.records;
        records.into_iter().map(|record| self.record(&record)).collect()
    }

    fn newest(&self) -> Result<Sequence, String> {
        let request = serde_json::from_value(json!({ "StreamArn": self.arn() }));
        let request = request.map_err(|error| error.to_string())?;
        let described = self.database.describe_stream(request).map_err(|error| text(&error))?;
        let shard = described.stream_description.shards.into_iter().next();
        let last = shard.and_then(|shard| shard.sequence_number_range.ending_sequence_number);
        last.map_or(Ok(0), |last| last.parse().map_err(|_| unreadable(&last)))
    }

    fn iterator(
        &self,
        kind: &str,
        sequence_number: Option<String>,
    ) -> Result<GetShardIteratorResponse, String> {
        let request = GetShardIteratorRequest {
            stream_arn: self.arn(),
            shard_id: self.shard(),
            shard_iterator_type: kind.to_owned(),
            sequence_number,
        };
        self.database.get_shard_iterator(request).map_err(|error| text(&error))
    }

    fn record(&self, record: &impl serde::Serialize) -> Result<Record, String> {
        let mut event = serde_json::to_value(record).map_err(|error| error.to_string())?;
        // The engine uses its own name for the region.
        event["awsRegion"] = json!(template::REGION);
        event["eventSourceARN"] = json!(self.arn());
        let change = &event["dynamodb"];
        let number = change["SequenceNumber"].as_str().unwrap_or_default();
        let sequence = number.parse().map_err(|_| unreadable(number))?;
        let created = change["ApproximateCreationDateTime"].as_f64().unwrap_or_default();
        let created = std::time::Duration::try_from_secs_f64(created).unwrap_or_default();
        Ok(Record { sequence, created_at: Timestamp::from_secs(created.as_secs()), event })
    }
}

fn unreadable(number: &str) -> String {
    format!("\"{number}\" is not a sequence number")
}

fn text(error: &DynoxideError) -> String {
    error.to_string().replace('\n', " ")
}
