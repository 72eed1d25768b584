//! Delivers the table's stream to the functions that the template names, with the semantics of Lambda's event source
//! mappings. Tests can pause, repeat and inspect deliveries.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

use serde_json::Value;
use tokio::sync::watch;

use crate::{
    Function, Limits,
    aws::table::Stream,
    host::{
        tasks::{Tasks, locked},
        time::Time,
    },
    template::{self, Start},
};

mod batch;
mod discarded;
mod progress;
mod pump;
mod reader;
#[cfg(test)]
mod tests;

pub(crate) use progress::Checkpoints;
use progress::Progress;
use pump::Pump;

/// The stream and its deliveries, shared between clones.
#[derive(Clone)]
pub struct Streams(Arc<Inner>);

struct Inner {
    stream: Stream,
    readers: Vec<Arc<Progress>>,
    paused: watch::Sender<bool>,
    queued: Arc<Mutex<Vec<(String, Value)>>>,
}

impl Streams {
    /// Starts the deliveries. Each function continues where it stopped.
    pub(crate) async fn start(
        declared: &[template::Function],
        functions: &BTreeMap<String, Function>,
        stream: Stream,
        checkpoints: Checkpoints,
        limits: &Limits,
        time: &Arc<Time>,
        tasks: &Tasks,
    ) -> Result<Self, String> {
        let paused = watch::Sender::new(false);
        let queued = Arc::new(Mutex::new(Vec::new()));
        let mut readers = Vec::new();
        for (declared, source) in sources(declared) {
            let Some(function) = functions.get(&declared.id) else { continue };
            let name = name(declared, source);
            let known = checkpoints.place(&name);
            let place = match (known, source.start) {
                (Some(place), _) => place,
                (None, Start::Horizon) => 0,
                (None, Start::Latest) => stream.latest().await?,
            };
            let progress = Arc::new(Progress::new(name, place, checkpoints.clone()));
            if known.is_none() && source.start == Start::Latest {
                // Stored, so that after a restart the reader also gets the records that are written from now on.
                progress.store();
            }
            readers.push(progress.clone());
            let pump = Pump {
                id: declared.id.clone(),
                function: function.clone(),
                source: source.clone(),
                stream: stream.clone(),
                progress,
                paused: paused.subscribe(),
                queued: queued.clone(),
                limits: limits.clone(),
                time: time.clone(),
                tasks: tasks.clone(),
            };
            tasks.spawn(pump.run());
        }
        Ok(Self(Arc::new(Inner { stream, readers, paused, queued })))
    }

    /// Waits until every function has processed all records that are in the stream now: delivered or discarded them,
    /// including batching windows and retries. While deliveries are paused, this waits for the paused ones.
    pub async fn settled(&self) {
        if self.0.readers.is_empty() {
            return;
        }
        let latest = match self.0.stream.latest().await {
            Ok(latest) => latest,
            Err(error) => {
                tracing::error!(error, "failed to read the stream");
                return;
            }
        };
        self.0.stream.nudge();
        for reader in &self.0.readers {
            reader.passed(latest).await;
        }
    }

    /// Pauses new deliveries until [`Streams::resume`].
    pub fn pause(&self) {
        self.0.paused.send_replace(true);
    }

    /// Resumes deliveries, starting with the records since [`Streams::pause`].
    pub fn resume(&self) {
        self.0.paused.send_replace(false);
    }

    /// All records in the stream, in the form that functions receive.
    pub fn records(&self) -> Vec<Value> {
        let records = self.0.stream.all().unwrap_or_else(|error| {
            tracing::error!(error, "failed to read the stream");
            Vec::new()
        });
        records.into_iter().map(|record| record.event).collect()
    }

    /// Delivers the whole stream again from its start: the worst case of at-least-once delivery.
    pub fn rewind(&self) {
        for reader in &self.0.readers {
            reader.rewind();
        }
    }

    /// The messages about discarded records: the ARN of the queue, and the message that Lambda sends to it.
    pub fn discarded(&self) -> Vec<(String, Value)> {
        locked(&self.0.queued).clone()
    }
}

impl std::fmt::Debug for Streams {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Streams").field("readers", &self.0.readers).finish_non_exhaustive()
    }
}

/// The names under which the readers' positions are stored.
pub(crate) fn names(declared: &[template::Function]) -> Vec<String> {
    sources(declared).map(|(function, source)| name(function, source)).collect()
}

fn sources(
    declared: &[template::Function],
) -> impl Iterator<Item = (&template::Function, &template::StreamSource)> {
    declared.iter().flat_map(|function| function.streams.iter().map(move |one| (function, one)))
}

fn name(function: &template::Function, source: &template::StreamSource) -> String {
    format!("{}.{}", function.id, source.name)
}
