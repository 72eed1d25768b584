//! How DynamoDB words what goes wrong in it.

use http::StatusCode;
use serde_json::{Value, json};

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
