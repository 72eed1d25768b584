//! Delivers the stream to one function, strictly in order: a failed batch is split, retried or discarded before the next.

use std::{
    collections::VecDeque,
    convert::Infallible,
    sync::{Arc, Mutex},
    time::Duration,
};

use serde_json::{Value, json};
use tokio::sync::watch;

use super::{
    batch::Batch,
    discarded::{self, Condition},
    progress::{Progress, Rewound},
    reader::Reader,
};
use crate::{
    Function, Limits,
    aws::table::{RETENTION, Record, Sequence, Stream},
    host::{
        tasks::{Tasks, locked},
        time::Time,
    },
    template::StreamSource,
};

/// One event source mapping.
pub(super) struct Pump {
    /// The function's logical id.
    pub(super) id: String,
    pub(super) function: Function,
    pub(super) source: StreamSource,
    pub(super) stream: Stream,
    pub(super) progress: Arc<Progress>,
    pub(super) paused: watch::Receiver<bool>,
    /// The ARN of the queue and the message, for each discarded batch.
    pub(super) queued: Arc<Mutex<Vec<(String, Value)>>>,
    pub(super) limits: Limits,
    pub(super) time: Arc<Time>,
    pub(super) tasks: Tasks,
}

impl Pump {
    /// Delivers records until the task is stopped.
    pub(super) async fn run(self) {
        loop {
            let position = self.progress.position();
            let Err(Rewound) = self.follow(position.round, position.passed).await;
        }
    }

    async fn follow(&self, round: u64, from: Sequence) -> Result<Infallible, Rewound> {
        let mut reader = Reader::new(&self.stream, &self.source, &self.limits, from);
        loop {
            let gathered = self.unless_rewound(round, reader.next()).await?;
            let delivered = !gathered.records.is_empty();
            if delivered {
                self.deliver(round, Batch::new(gathered.records)).await?;
            }
            let skipped = (!delivered).then_some(gathered.skipped);
            self.pass(round, gathered.end, skipped).await?;
        }
    }

    /// Delivers the batch, whole or in parts, until every record is processed or discarded.
    async fn deliver(&self, round: u64, batch: Batch) -> Result<(), Rewound> {
        let mut parts = VecDeque::from([batch]);
        let mut failures = 0;
        while let Some(mut batch) = parts.pop_front() {
            let mut paused = self.paused.clone();
            // Cannot fail: the sender lives as long as the stack.
            drop(self.unless_rewound(round, paused.wait_for(|paused| !paused)).await?);
            let expired = self.expired(&batch.records);
            if expired > 0 {
                let rest = batch.records.split_off(expired);
                let fresh = Batch::new(rest);
                self.discard(round, batch, Condition::RecordAgeExceeded).await?;
                if fresh.records.is_empty() {
                    continue;
                }
                batch = fresh;
            }
            let records: Vec<_> = batch.records.iter().map(|record| &record.event).collect();
            let event = json!({ "Records": records });
            let answer = self.function.call(event, Duration::MAX).await;
            if answer.is_err() && self.tasks.stopped() {
                // The invocation was aborted because the stack stopped. The records are delivered again after a restart.
                std::future::pending::<()>().await;
            }
            let Err(from) = batch.invoked(&answer, &self.source) else {
                failures = 0;
                self.pass_all(round, &batch.records).await?;
                continue;
            };
            self.pass_all(round, &batch.records[..from]).await?;
            match batch.failed(from, &self.source) {
                Ok(again) => {
                    for part in again.into_iter().rev() {
                        parts.push_front(part);
                    }
                    failures = if from > 0 { 1 } else { failures + 1 };
                    let pause = tokio::time::sleep(self.limits.pause(failures));
                    self.unless_rewound(round, pause).await?;
                }
                Err(batch) => {
                    failures = 0;
                    self.discard(round, batch, Condition::RetryAttemptsExhausted).await?;
                }
            }
        }
        Ok(())
    }

    /// The number of records at the start of the batch that are too old to deliver.
    fn expired(&self, records: &[Record]) -> usize {
        let (now, most) = (self.stream.now(), self.source.age.unwrap_or(RETENTION).min(RETENTION));
        records.iter().take_while(|record| now.since(record.created_at) > most).count()
    }

    async fn discard(&self, round: u64, batch: Batch, condition: Condition) -> Result<(), Rewound> {
        tracing::error!(
            function = self.id,
            condition = ?condition,
            records = batch.records.len(),
            "stream records were discarded"
        );
        if let Some(queue) = &self.source.on_failure {
            let now = self.time.now();
            let message = discarded::message(&batch, condition, &self.id, &self.stream, now);
            locked(&self.queued).push((queue.clone(), message));
        }
        self.pass_all(round, &batch.records).await
    }

    async fn pass_all(&self, round: u64, records: &[Record]) -> Result<(), Rewound> {
        match records.last() {
            Some(last) => self.pass(round, last.sequence, None).await,
            None => Ok(()),
        }
    }

    async fn pass(&self, round: u64, place: Sequence, skipped: Option<u64>) -> Result<(), Rewound> {
        if self.progress.pass(round, place, skipped)? {
            let progress = self.progress.clone();
            self.stream.run_blocking(move || progress.store()).await;
        }
        Ok(())
    }

    async fn unless_rewound<T>(
        &self,
        round: u64,
        future: impl Future<Output = T>,
    ) -> Result<T, Rewound> {
        tokio::select! {
            biased;
            rewound = self.progress.rewound(round) => Err(rewound),
            value = future => Ok(value),
        }
    }
}
