//! Faults that tests inject, because local services never fail on their own: throttling, conflicts, errors, lost and slow
//! responses.

use std::sync::{Arc, Mutex};

use serde_json::Value;
use tokio::sync::watch;

use crate::host::tasks::locked;

/// A fault that applies to matching calls.
#[derive(Debug, Clone)]
pub struct Fault {
    /// `PutItem`, `SendEmail`, `PostToConnection`, …; empty matches every operation.
    pub operation: String,
    /// Text that the body must contain; `None` matches every call. For an email, the body is matched as decoded lines of
    /// `name=value`. For a post to a socket, it is matched as a line with the connection id, followed by the posted text.
    pub containing: Option<String>,
    /// What goes wrong.
    pub kind: FaultKind,
    /// The number of calls that it applies to.
    pub times: usize,
}

/// The kinds of faults.
#[derive(Debug, Clone)]
pub enum FaultKind {
    /// The service throttles the call and does nothing.
    Throttle,
    /// The service fails and does nothing.
    Fail,
    /// The service performs the call, but the connection closes before the response.
    LoseResponse,
    /// The service performs the call, but responds with an error.
    FailAfterwards,
    /// Another transaction holds the item, so the service does nothing. Emails and sockets have no transactions and fail instead.
    Conflict,
    /// The call waits at the latch before the service performs it.
    Delay(Latch),
    /// The service performs the call, and the response waits at the latch.
    DelayResponse(Latch),
    /// The service responds with this status and body, and does nothing. A recorded response simulates a stale read.
    /// For email, a string is the XML response itself.
    Respond(u16, Value),
}

/// A latch at which delayed calls wait until a test opens it.
#[derive(Debug, Clone)]
pub struct Latch(Arc<watch::Sender<(usize, bool)>>);

impl Default for Latch {
    fn default() -> Self {
        Self(Arc::new(watch::Sender::new((0, false))))
    }
}

impl Latch {
    /// Creates a closed latch.
    pub fn new() -> Self {
        Self::default()
    }

    /// Waits until this many calls in total have reached the latch.
    pub async fn reached(&self, calls: usize) {
        // Cannot fail: `self` owns the sender.
        let _ = self.0.subscribe().wait_for(|(reached, _)| *reached >= calls).await;
    }

    /// Opens the latch for waiting and future calls.
    pub fn open(&self) {
        self.0.send_modify(|(_, open)| *open = true);
    }

    pub(crate) async fn pass(&self) {
        self.0.send_modify(|(reached, _)| *reached += 1);
        let _ = self.0.subscribe().wait_for(|(_, open)| *open).await;
    }
}

/// The injected faults, shared between clones.
#[derive(Debug, Clone, Default)]
pub struct Faults(Arc<Mutex<Vec<Fault>>>);

impl Faults {
    /// Adds a fault. The first matching fault, in the order they were added, applies to a call.
    pub fn add(&self, fault: Fault) {
        locked(&self.0).push(fault);
    }

    /// Adds a fault for the next calls of an operation.
    pub fn next(&self, operation: &str, times: usize, kind: FaultKind) {
        self.add(Fault { operation: operation.to_owned(), containing: None, kind, times });
    }

    /// The faults that have not fired, for a check at the end of a test.
    pub fn unfired(&self) -> Vec<String> {
        let left = locked(&self.0);
        left.iter()
            .map(|fault| format!("{:?} for {} more {}", fault.kind, fault.times, fault.operation))
            .collect()
    }

    /// Removes all faults.
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
        let kind = fault.kind.clone();
        if fault.times == 0 {
            faults.remove(index);
        }
        Some(kind)
    }
}

fn contains(body: &[u8], text: &[u8]) -> bool {
    text.is_empty() || body.windows(text.len()).any(|window| window == text)
}
