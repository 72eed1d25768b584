//! Discarded records: the message that Lambda sends to an on-failure destination.

use serde_json::{Value, json};
use shared::domain::Timestamp;

use super::batch::Batch;
use crate::{
    aws::table::Stream,
    host::{random, time},
    template,
};

/// Why records were discarded.
#[derive(Debug, Clone, Copy)]
pub(super) enum Condition {
    RetryAttemptsExhausted,
    RecordAgeExceeded,
}

/// The message. It says where in the stream the records are, but never what they contain.
pub(super) fn message(
    batch: &Batch,
    condition: Condition,
    function: &str,
    stream: &Stream,
    now: Timestamp,
) -> Value {
    let mut message = json!({
        "requestContext": {
            "requestId": random::uuid(),
            "functionArn": template::function_arn(function),
            "condition": format!("{condition:?}"),
            "approximateInvokeCount": batch.invocations,
        },
        "version": "1.0",
        "timestamp": now,
    });
    if batch.invocations > 0 {
        message["responseContext"] = json!({ "statusCode": 200, "executedVersion": "$LATEST" });
        if batch.errored {
            message["responseContext"]["functionError"] = json!("Unhandled");
        }
    }
    if let (Some(first), Some(last)) = (batch.records.first(), batch.records.last()) {
        message["DDBStreamBatchInfo"] = json!({
            "shardId": stream.shard(),
            "startSequenceNumber": first.sequence.to_string(),
            "endSequenceNumber": last.sequence.to_string(),
            "approximateArrivalOfFirstRecord": time::in_seconds(first.created_at),
            "approximateArrivalOfLastRecord": time::in_seconds(last.created_at),
            "batchSize": batch.records.len(),
            "streamArn": stream.arn(),
        });
    }
    message
}
