//! What local services never do by themselves: throttle, conflict, fail, lose an answer, take their time. For tests.

use std::sync::{Arc, Mutex};

use serde_json::Value;
use tokio::sync::watch;

use crate::host::tasks::locked;

/// What happens to calls that match.
#[derive(Debug, Clone)]
pub struct Fault {
    /// `PutItem`, `SendEmail`, `PostToConnection`, …; any operation if it is empty.
    pub operation: String,
    /// A text that the request's body holds, if only such calls are meant. A mail's is read as lines
    /// of `name=value`, decoded; what goes to a socket is read as a line with its id, and what is posted.
    pub containing: Option<String>,
    /// What happens.
    pub how: FaultKind,
    /// To how many calls.
    pub times: usize,
}

/// What happens to a call.
#[derive(Debug, Clone)]
pub enum FaultKind {
    /// It comes too fast for the service; nothing is done.
    Throttle,
    /// The service fails; nothing is done.
    Fail,
    /// It is done, and its connection cut before the answer.
    LoseAnswer,
    /// It is done, and answered as if the service had failed.
    FailAfterwards,
    /// Another transaction holds the item; nothing is done. Mails and sockets have none: it fails.
    Conflict,
    /// It waits at the gate before it is done.
    Delay(Latch),
    /// It is done, and its answer waits at the gate.
    DelayAnswer(Latch),
    /// It is answered with this, and nothing is done: a recorded answer makes a stale read.
    /// For mail, a string is the XML itself.
    Answer(u16, Value),
}

/// Where delayed calls wait until a test lets them through.
#[derive(Debug, Clone)]
pub struct Latch(Arc<watch::Sender<(usize, bool)>>);

impl Default for Latch {
    fn default() -> Self {
        Self(Arc::new(watch::Sender::new((0, false))))
    }
}

impl Latch {
    /// A closed gate.
    pub fn new() -> Self {
        Self::default()
    }

    /// Returns when so many calls have come to the gate in all.
    pub async fn reached(&self, calls: usize) {
        // The sender lives as long as this gate.
        let _ = self.0.subscribe().wait_for(|(reached, _)| *reached >= calls).await;
    }

    /// Opens it, for those who wait and for all who come.
    pub fn open(&self) {
        self.0.send_modify(|(_, open)| *open = true);
    }

    pub(crate) async fn pass(&self) {
        self.0.send_modify(|(reached, _)| *reached += 1);
        let _ = self.0.subscribe().wait_for(|(_, open)| *open).await;
    }
}

/// The faults to come; clones share them.
#[derive(Debug, Clone, Default)]
pub struct Faults(Arc<Mutex<Vec<Fault>>>);

impl Faults {
    /// Adds a fault behind those that are there: the first that matches a call applies to it.
    pub fn add(&self, fault: Fault) {
        locked(&self.0).push(fault);
    }

    /// Adds a fault for so many calls of an operation.
    pub fn next(&self, operation: &str, times: usize, how: FaultKind) {
        self.add(Fault { operation: operation.to_owned(), containing: None, how, times });
    }

    /// What was to happen and has not, for a test's end.
    pub fn unfired(&self) -> Vec<String> {
        let left = locked(&self.0);
        left.iter()
            .map(|fault| format!("{:?} for {} more {}", fault.how, fault.times, fault.operation))
            .collect()
    }

    /// Forgets the faults to come.
    pub fn clear(&self) {
        locked(&self.0).clear();
    }

    pub(crate) fn take(&self, operation: &str, body: &[u8]) -> Option<FaultKind> {
        let mut faults = locked(&self.0);
        let index = faults.iter().position(|fault| {
            (fault.operation.is_empty() || fault.operation == operation)
                && fault.containing.as_ref().is_none_or(|text| contains(body, text.as_bytes()))
        })?;
        let fault = &mut faults[index];
        fault.times = fault.times.saturating_sub(1);
        let how = fault.how.clone();
        if fault.times == 0 {
            faults.remove(index);
        }
        Some(how)
    }
}

fn contains(body: &[u8], text: &[u8]) -> bool {
    text.is_empty() || body.windows(text.len()).any(|window| window == text)
}
