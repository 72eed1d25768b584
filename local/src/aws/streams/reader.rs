//! Reads the stream for one function: filters its records and groups them into batches.

use std::collections::VecDeque;

use tokio::{sync::watch, time::Instant};

use crate::{
    Limits,
    aws::table::{PAGE, Record, Sequence, Stream},
    template::StreamSource,
};

/// The largest event that Lambda accepts for an invocation, in bytes.
const PAYLOAD: usize = 6 * 1024 * 1024;

/// Bytes reserved for the parts of an event around its records.
const FRAME: usize = 1024;

/// One function's position in the stream, and the records read after it.
pub(super) struct Reader<'a> {
    stream: &'a Stream,
    source: &'a StreamSource,
    limits: &'a Limits,
    written: watch::Receiver<()>,
    read: Sequence,
    ahead: VecDeque<Record>,
}

/// The next records, possibly none, and the position where reading continues.
pub(super) struct Gathered {
    pub(super) records: Vec<Record>,
    pub(super) end: Sequence,
    /// The number of records that the filters skipped, among and after the returned ones.
    pub(super) skipped: u64,
}

impl<'a> Reader<'a> {
    pub(super) fn new(
        stream: &'a Stream,
        source: &'a StreamSource,
        limits: &'a Limits,
        read: Sequence,
    ) -> Self {
        Self { stream, source, limits, written: stream.written(), read, ahead: VecDeque::new() }
    }

    /// Waits for at least one record, and then for more while the batching window is open.
    pub(super) async fn next(&mut self) -> Gathered {
        let mut gathered = Gathered { records: Vec::new(), end: 0, skipped: 0 };
        let mut size = FRAME;
        let mut window = None;
        loop {
            while let Some(record) = self.ahead.pop_front() {
                if !self.wants(&record) {
                    gathered.end = record.sequence;
                    gathered.skipped += 1;
                    continue;
                }
                let bytes = record.event.to_string().len() + 1;
                if !gathered.records.is_empty() && size + bytes > PAYLOAD {
                    self.ahead.push_front(record);
                    return gathered;
                }
                size += bytes;
                gathered.end = record.sequence;
                gathered.records.push(record);
                window.get_or_insert_with(|| Instant::now() + self.source.window);
                if gathered.records.len() >= self.source.batch {
                    return gathered;
                }
            }
            if self.read_more().await {
                continue;
            }
            match window {
                Some(until) if until <= Instant::now() => return gathered,
                Some(until) => {
                    // The loop checks whether a write or the end of the window ended the wait.
                    let _ = tokio::time::timeout_at(until, self.written.changed()).await;
                }
                None if gathered.skipped > 0 => return gathered,
                // Cannot fail: the sender lives as long as the stream.
                None => drop(self.written.changed().await),
            }
        }
    }

    fn wants(&self, record: &Record) -> bool {
        let filters = &self.source.filters;
        filters.is_empty() || filters.iter().any(|filter| filter.matches(&record.event))
    }

    /// Reads more records, and returns true if there were any. A write after this marks the receiver as changed.
    async fn read_more(&mut self) -> bool {
        let mut failures = 0;
        loop {
            self.written.mark_unchanged();
            match self.stream.after(self.read).await {
                Ok(page) => {
                    debug_assert!(page.len() <= PAGE);
                    self.read = page.last().map_or(self.read, |last| last.sequence);
                    let more = !page.is_empty();
                    self.ahead.extend(page);
                    return more;
                }
                Err(error) => {
                    tracing::error!(error, "failed to read the stream");
                    failures += 1;
                    tokio::time::sleep(self.limits.pause(failures)).await;
                }
            }
        }
    }
}
