//! Records calls to the table for tests: the caller, the request, the cost, and when it ran.

use std::{
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use serde_json::Value;

use crate::host::tasks::locked;

/// One call to the table, from its arrival until its response.
#[derive(Debug, Clone)]
pub struct Call {
    /// The logical id of the calling function.
    pub function: String,
    /// `GetItem`, `Query`, …
    pub operation: String,
    /// The tables that the request names, without duplicates.
    pub tables: Vec<String>,
    /// The request as the function sent it.
    pub request: Value,
    /// The response. A fault can return it again to simulate a stale read.
    pub response: Value,
    /// Whether the call read consistently: it set `ConsistentRead` (in a batch, for every table), or it was a transaction.
    pub consistent: bool,
    /// Read units consumed.
    pub read_units: f64,
    /// Write units consumed. Zero for a failed condition, because the engine does not report its cost.
    pub write_units: f64,
    /// The kind of the error response, without its prefix.
    pub error: Option<String>,
    /// The time of arrival, relative to the start of the recording.
    pub start: Duration,
    /// The time of the response, relative to the start of the recording.
    pub end: Duration,
}

/// The length of the longest chain of calls that ran one after the other: the most calls that do not overlap.
pub fn longest_chain(calls: &[Call]) -> usize {
    let mut spans: Vec<_> = calls.iter().map(|call| (call.end, call.start)).collect();
    spans.sort();
    let mut free_from = Duration::ZERO;
    let mut length = 0;
    for (end, start) in spans {
        if start >= free_from {
            free_from = end;
            length += 1;
        }
    }
    length
}

/// Collects calls while recording is on.
#[derive(Debug, Clone, Default)]
pub(super) struct Recorder(Arc<Mutex<Option<Recording>>>);

/// The start of the recording, and the calls completed since then.
type Recording = (Instant, Vec<Call>);

impl Recorder {
    pub(super) fn begin(&self) {
        *locked(&self.0) = Some((Instant::now(), Vec::new()));
    }

    pub(super) fn end(&self) -> Vec<Call> {
        let mut calls = locked(&self.0).take().map(|(_, calls)| calls).unwrap_or_default();
        calls.sort_by_key(|call| call.start);
        calls
    }

    /// The time since the start of the recording, if it is on.
    pub(super) fn now(&self) -> Option<Duration> {
        locked(&self.0).as_ref().map(|(began, _)| began.elapsed())
    }

    pub(super) fn add(&self, call: Call) {
        if let Some((_, calls)) = locked(&self.0).as_mut() {
            calls.push(call);
        }
    }
}

/// The read and write units of a response.
pub(super) fn units(operation: &str, response: &Value) -> (f64, f64) {
    let consumed = match response.get("ConsumedCapacity") {
        Some(Value::Array(tables)) => tables.as_slice(),
        Some(table @ Value::Object(_)) => std::slice::from_ref(table),
        _ => &[],
    };
    let total = consumed.iter().filter_map(|table| table["CapacityUnits"].as_f64()).sum();
    match operation {
        "PutItem" | "UpdateItem" | "DeleteItem" | "BatchWriteItem" | "TransactWriteItems" => {
            (0.0, total)
        }
        _ => (total, 0.0),
    }
}

/// Whether the request's reads are consistent.
pub(super) fn consistent(operation: &str, request: &Value) -> bool {
    match operation {
        "TransactGetItems" | "TransactWriteItems" => true,
        "BatchGetItem" => request["RequestItems"]
            .as_object()
            .is_some_and(|tables| tables.values().all(|keys| keys["ConsistentRead"] == true)),
        _ => request["ConsistentRead"] == true,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn call(start: u64, end: u64) -> Call {
        Call {
            function: String::new(),
            operation: String::new(),
            tables: Vec::new(),
            request: Value::Null,
            response: Value::Null,
            consistent: false,
            read_units: 0.0,
            write_units: 0.0,
            error: None,
            start: Duration::from_millis(start),
            end: Duration::from_millis(end),
        }
    }

    #[test]
    fn concurrent_calls_count_once() {
        assert_eq!(longest_chain(&[]), 0);
        assert_eq!(longest_chain(&[call(0, 5), call(1, 4), call(5, 9), call(6, 8)]), 2);
    }

    #[test]
    fn units_are_summed_by_kind() {
        let list =
            json!({ "ConsumedCapacity": [{ "CapacityUnits": 2.0 }, { "CapacityUnits": 4.0 }] });
        assert_eq!(units("TransactWriteItems", &list), (0.0, 6.0));
        assert_eq!(
            units("Query", &json!({ "ConsumedCapacity": { "CapacityUnits": 0.5 } })),
            (0.5, 0.0)
        );
    }

    #[test]
    fn a_batch_is_consistent_when_every_table_is() {
        let request = |second| {
            json!({ "RequestItems": {
            "a": { "ConsistentRead": true }, "b": { "ConsistentRead": second } } })
        };
        assert!(consistent("BatchGetItem", &request(true)));
        assert!(!consistent("BatchGetItem", &request(false)));
    }
}
