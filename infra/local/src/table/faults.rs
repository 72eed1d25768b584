//! What the engine never does by itself: throttle, conflict, fail, lose an answer, take its time. For tests.

use std::sync::{Arc, Mutex};

use http::StatusCode;
use serde_json::{Value, json};
use tokio::sync::watch;

use crate::tasks::locked;

/// What happens to calls that match.
#[derive(Debug, Clone)]
pub struct Fault {
    /// `PutItem`, …; any operation if it is empty.
    pub operation: String,
    /// A text that the request's body holds, if only such calls are meant.
    pub containing: Option<String>,
    /// What happens.
    pub how: How,
    /// To how many calls.
    pub times: usize,
}

/// What happens to a call.
#[derive(Debug, Clone)]
pub enum How {
    /// `ThrottlingException`; nothing is done.
    Throttle,
    /// `InternalServerError`; nothing is done.
    Fail,
    /// It is done, and its connection cut before the answer.
    LoseAnswer,
    /// It is done, and answered with `InternalServerError`.
    FailAfterwards,
    /// Another transaction holds the item; nothing is done.
    Conflict,
    /// It waits at the gate before it is done.
    Delay(Gate),
    /// It is done, and its answer waits at the gate.
    DelayAnswer(Gate),
    /// It is answered with this, and nothing is done: a recorded answer makes a stale read.
    Answer(u16, Value),
}

/// Where delayed calls wait until a test lets them through.
#[derive(Debug, Clone)]
pub struct Gate(Arc<watch::Sender<(usize, bool)>>);

impl Default for Gate {
    fn default() -> Self {
        Self(Arc::new(watch::Sender::new((0, false))))
    }
}

impl Gate {
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

    pub(super) async fn pass(&self) {
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
    pub fn next(&self, operation: &str, times: usize, how: How) {
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

    pub(super) fn take(&self, operation: &str, body: &[u8]) -> Option<How> {
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

/// `ThrottlingException`, as DynamoDB words it.
pub(super) fn throttled() -> (StatusCode, Value) {
    let kind = "com.amazonaws.dynamodb.v20120810#ThrottlingException";
    (
        StatusCode::BAD_REQUEST,
        json!({ "__type": kind, "message": "Rate of requests exceeds the allowed throughput." }),
    )
}

/// `InternalServerError`, as DynamoDB words it.
pub(super) fn failed() -> (StatusCode, Value) {
    let kind = "com.amazonaws.dynamodb.v20120810#InternalServerError";
    (
        StatusCode::INTERNAL_SERVER_ERROR,
        json!({ "__type": kind, "message": "Internal server error" }),
    )
}

/// What a transaction, or another write, hears while a transaction holds its item.
pub(super) fn conflicted(operation: &str, request: &Value) -> (StatusCode, Value) {
    let text = "Transaction is ongoing for the item";
    let body = match request["TransactItems"].as_array() {
        Some(items) if operation.starts_with("Transact") => {
            let mut reasons = vec![json!({ "Code": "None" }); items.len()];
            if let Some(first) = reasons.first_mut() {
                *first = json!({ "Code": "TransactionConflict", "Message": text });
            }
            let codes: Vec<_> =
                reasons.iter().filter_map(|reason| reason["Code"].as_str()).collect();
            json!({
                "__type": "com.amazonaws.dynamodb.v20120810#TransactionCanceledException",
                "Message": format!(
                    "Transaction cancelled, please refer cancellation reasons for specific reasons [{}]",
                    codes.join(", "),
                ),
                "CancellationReasons": reasons,
            })
        }
        _ => json!({
            "__type": "com.amazonaws.dynamodb.v20120810#TransactionConflictException",
            "message": text,
        }),
    };
    (StatusCode::BAD_REQUEST, body)
}
