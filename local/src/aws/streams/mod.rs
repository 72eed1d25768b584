//! The table's stream: delivered to the functions that the template names, with the semantics of Lambda's
//! event source mappings, and held up, repeated and looked at by tests.

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

/// The stream and its deliveries; clones share them.
#[derive(Clone)]
pub struct Streams(Arc<Inner>);

struct Inner {
    stream: Stream,
    readers: Vec<Arc<Progress>>,
    paused: watch::Sender<bool>,
    queued: Arc<Mutex<Vec<(String, Value)>>>,
}

impl Streams {
    /// Begins to deliver, each function from where it stopped.
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
                // What is written from now on is not before its start, if it starts again.
                progress.keep();
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

    /// Returns when every function has dealt with all that stands in the stream now: it was
    /// delivered or discarded, batching windows and retries included. While deliveries are paused
    /// it waits for those that a function wants.
    pub async fn settled(&self) {
        if self.0.readers.is_empty() {
            return;
        }
        let latest = match self.0.stream.latest().await {
            Ok(latest) => latest,
            Err(error) => {
                tracing::error!(error, "the stream could not be read");
                return;
            }
        };
        self.0.stream.nudge();
        for reader in &self.0.readers {
            reader.passed(latest).await;
        }
    }

    /// Lets no delivery begin until [`Streams::resume`].
    pub fn pause(&self) {
        self.0.paused.send_replace(true);
    }

    /// Goes on with what has gathered since [`Streams::pause`].
    pub fn resume(&self) {
        self.0.paused.send_replace(false);
    }

    /// All records in the stream, as functions are handed them.
    pub fn records(&self) -> Vec<Value> {
        let records = self.0.stream.all().unwrap_or_else(|error| {
            tracing::error!(error, "the stream could not be read");
            Vec::new()
        });
        records.into_iter().map(|record| record.event).collect()
    }

    /// Delivers everything in the stream again, from its start: the worst that "at least once" allows.
    pub fn rewind(&self) {
        for reader in &self.0.readers {
            reader.rewind();
        }
    }

    /// The messages about discarded records: the queue's ARN and what Lambda sends there.
    pub fn discarded(&self) -> Vec<(String, Value)> {
        locked(&self.0.queued).clone()
    }
}

impl std::fmt::Debug for Streams {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Streams").field("readers", &self.0.readers).finish_non_exhaustive()
    }
}

/// The names under which the readers' places are kept.
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
