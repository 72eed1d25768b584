//! The table's stream, read out of the engine, its records as Lambda hands them to functions.

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

/// A record's place in the stream. It stands before the first one at 0.
pub(crate) type Sequence = u128;

/// The most records that one read gives.
pub(crate) const PAGE: usize = 1000;

/// One change of an item.
#[derive(Debug, Clone)]
pub(crate) struct Record {
    pub(crate) sequence: Sequence,
    pub(crate) created_at: Timestamp,
    /// As it stands in an event's `Records`.
    pub(crate) event: Value,
}

/// Tells readers of the stream that something was written; clones tell the same ones.
#[derive(Debug, Clone)]
pub(super) struct Written(Arc<watch::Sender<()>>);

impl Default for Written {
    fn default() -> Self {
        Self(Arc::new(watch::Sender::new(())))
    }
}

impl Written {
    pub(super) fn tell(&self) {
        self.0.send_replace(());
    }
}

/// The stream of the running table; clones read the same one.
#[derive(Clone)]
pub(crate) struct Stream {
    pub(super) database: Database,
    pub(super) table: Arc<str>,
    /// The engine's own runtime: it waits for its reads when it stops, and nobody else does.
    pub(super) runtime: Handle,
    /// What the records' times are read from.
    pub(super) clock: Clock,
    pub(super) written: Written,
}

impl Stream {
    /// Is marked as changed by every write; mark it seen before reading.
    pub(crate) fn written(&self) -> watch::Receiver<()> {
        self.written.0.subscribe()
    }

    /// Makes every reader look again.
    pub(crate) fn nudge(&self) {
        self.written.tell();
    }

    /// The time by which records age: that of the clock that dates them.
    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Its ARN, as the template's names give it.
    pub(crate) fn arn(&self) -> String {
        template::stream_arn(&self.table)
    }

    /// The id of its one shard.
    pub(crate) fn shard(&self) -> String {
        dynoxide::streams::shard_id(&self.table)
    }

    /// The first records behind this place.
    pub(crate) async fn after(&self, place: Sequence) -> Result<Vec<Record>, String> {
        self.blocking(move |stream| stream.read(place)).await
    }

    /// The place of the newest record.
    pub(crate) async fn latest(&self) -> Result<Sequence, String> {
        self.blocking(Self::newest).await
    }

    /// Everything in the stream.
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

    /// Puts an item past the front.
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
            // The table ends, and with it whoever reads of it.
            Err(error) if error.is_cancelled() => std::future::pending().await,
            Err(error) => Err(error.to_string()),
        }
    }

    /// Runs what blocks where it holds up nobody; the table's end waits for it.
    pub(crate) async fn off_the_workers(&self, work: impl FnOnce() + Send + 'static) {
        if let Err(error) = self.runtime.spawn_blocking(work).await {
            tracing::error!(error = %error, "work beside the table did not end");
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
        // The engine calls its region by its own name.
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
    format!("\"{number}\" is no sequence number")
}

fn text(error: &DynoxideError) -> String {
    error.to_string().replace('\n', " ")
}
