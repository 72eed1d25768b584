//! A batch of records for a function, and Lambda's rules for a batch that fails. Pure, without I/O.

use serde_json::Value;

use crate::{aws::table::Record, host::function::Failure, template::StreamSource};

/// Records that are delivered in one invocation.
#[derive(Debug)]
pub(super) struct Batch {
    pub(super) records: Vec<Record>,
    /// The number of invocations with this batch.
    pub(super) invocations: u64,
    /// The number of retries of this batch. Splitting it does not count as a retry.
    retries: u64,
    /// Whether the last invocation failed.
    pub(super) errored: bool,
}

impl Batch {
    pub(super) fn new(records: Vec<Record>) -> Self {
        Self { records, invocations: 0, retries: 0, errored: false }
    }

    /// Records an invocation. If it failed, returns the index of the first record to deliver again.
    pub(super) fn invoked(
        &mut self,
        answer: &Result<Value, Failure>,
        source: &StreamSource,
    ) -> Result<(), usize> {
        self.invocations += 1;
        self.errored = answer.is_err();
        match answer {
            Err(_) => Err(0),
            Ok(_) if !source.item_failures => Ok(()),
            Ok(answer) => match first_failed(answer, &self.records) {
                None => Ok(()),
                Some(index) => Err(index),
            },
        }
    }

    /// The batches to deliver next, in this order, after all records before `from` succeeded. Returns the batch as an error
    /// if it has no retries left.
    pub(super) fn failed(mut self, from: usize, source: &StreamSource) -> Result<Vec<Self>, Self> {
        self.records.drain(..from);
        if source.bisect && from > 0 {
            // Split where the function reported the failure: the records before it succeeded.
            return Ok(vec![Self::new(self.records)]);
        }
        if source.bisect && self.records.len() > 1 {
            let second = self.records.split_off(self.records.len().div_ceil(2));
            return Ok(vec![Self::new(self.records), Self::new(second)]);
        }
        if source.retries.is_some_and(|most| self.retries >= most) {
            return Err(self);
        }
        Ok(vec![Self { retries: self.retries + 1, ..self }])
    }
}

/// The index of the first failed record, from `batchItemFailures`. A malformed response, or one that names an unknown
/// record, fails the whole batch.
fn first_failed(answer: &Value, records: &[Record]) -> Option<usize> {
    let failures = match answer {
        Value::Null => return None,
        Value::Object(members) if members.is_empty() => return None,
        Value::Object(members) => match members.get("batchItemFailures") {
            Some(Value::Null) => return None,
            Some(Value::Array(failures)) => failures,
            _ => return Some(0),
        },
        _ => return Some(0),
    };
    let index = |failure: &Value| {
        let number = failure["itemIdentifier"].as_str()?.parse().ok()?;
        records.iter().position(|record| record.sequence == number)
    };
    failures.iter().map(|failure| index(failure).unwrap_or(0)).min()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use serde_json::json;
    use shared::domain::Timestamp;

    use super::*;
    use crate::template::Start;

    fn source(bisect: bool, retries: Option<u64>) -> StreamSource {
        StreamSource {
            name: "E".to_owned(),
            start: Start::Horizon,
            batch: 10,
            window: Duration::ZERO,
            bisect,
            retries,
            age: None,
            item_failures: true,
            on_failure: None,
            filters: Vec::new(),
        }
    }

    fn batch(count: u128) -> Batch {
        let record =
            |sequence| Record { sequence, created_at: Timestamp::default(), event: Value::Null };
        Batch::new((1..=count).map(record).collect())
    }

    fn sizes(batches: Result<Vec<Batch>, Batch>) -> Result<Vec<usize>, usize> {
        let size = |batch: Batch| batch.records.len();
        batches.map(|batches| batches.into_iter().map(size).collect()).map_err(size)
    }

    #[test]
    fn the_response_determines_where_to_continue() {
        let answered = |answer: Value| batch(3).invoked(&Ok(answer), &source(false, None));
        let failures = |numbers: &[&str]| {
            let list: Vec<_> =
                numbers.iter().map(|number| json!({ "itemIdentifier": number })).collect();
            answered(json!({ "batchItemFailures": list }))
        };
        assert_eq!(failures(&["3", "2"]), Err(1));
        assert_eq!(failures(&[]), Ok(()));
        assert_eq!(answered(Value::Null), Ok(()));
        assert_eq!(answered(json!({})), Ok(()));
        assert_eq!(answered(json!({ "batchItemFailures": null })), Ok(()));
        assert_eq!(failures(&["3", "7"]), Err(0));
        assert_eq!(failures(&[""]), Err(0));
        assert_eq!(answered(json!({ "batchItemFailures": [{ "id": "3" }] })), Err(0));
        assert_eq!(answered(json!({ "failures": [] })), Err(0));
        assert_eq!(answered(json!("x")), Err(0));
        assert_eq!(batch(3).invoked(&Err(Failure::Timeout), &source(false, None)), Err(0));
    }

    #[test]
    fn a_split_does_not_count_as_a_retry() {
        let rules = source(true, Some(0));
        assert_eq!(sizes(batch(5).failed(0, &rules)), Ok(vec![3, 2]));
        assert_eq!(sizes(batch(5).failed(2, &rules)), Ok(vec![3]));
        assert_eq!(sizes(batch(1).failed(0, &rules)), Err(1));
    }

    #[test]
    fn a_batch_is_discarded_after_its_retries() {
        let rules = source(false, Some(1));
        let again = batch(5).failed(2, &rules).unwrap().remove(0);
        assert_eq!(again.records.len(), 3);
        assert_eq!(sizes(again.failed(0, &rules)), Err(3));
        assert_eq!(sizes(batch(5).failed(0, &source(false, None))), Ok(vec![5]));
    }
}
