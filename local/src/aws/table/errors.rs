//! Error responses in DynamoDB's wording.

use http::StatusCode;
use serde_json::{Value, json};

/// `ThrottlingException`.
pub(super) fn throttled() -> (StatusCode, Value) {
    let kind = "com.amazonaws.dynamodb.v20120810#ThrottlingException";
    (
        StatusCode::BAD_REQUEST,
        json!({ "__type": kind, "message": "Rate of requests exceeds the allowed throughput." }),
    )
}

/// `InternalServerError`.
pub(super) fn failed() -> (StatusCode, Value) {
    let kind = "com.amazonaws.dynamodb.v20120810#InternalServerError";
    (
        StatusCode::INTERNAL_SERVER_ERROR,
        json!({ "__type": kind, "message": "Internal server error" }),
    )
}

/// The error for a query that compares a key with an empty string. No key is empty, but the engine would allow the query.
pub(super) fn empty_key(operation: &str, request: &Value) -> Option<(StatusCode, Value)> {
    let condition = request["KeyConditionExpression"].as_str().filter(|_| operation == "Query")?;
    let values = request["ExpressionAttributeValues"].as_object()?;
    let is_used = |name: &str| {
        condition
            .split(|c: char| !(c.is_alphanumeric() || ":_".contains(c)))
            .any(|part| part == name)
    };
    values.iter().find(|(name, value)| value["S"] == "" && is_used(name))?;
    let text = "One or more parameter values are not valid. \
                The AttributeValue for a key attribute cannot contain an empty string value.";
    let kind = "com.amazon.coral.validate#ValidationException";
    Some((StatusCode::BAD_REQUEST, json!({ "__type": kind, "message": text })))
}

/// The error for a transaction or another write while a transaction holds its item.
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_must_not_compare_a_key_with_an_empty_string() {
        let query = |condition: &str, value: &str| {
            json!({
                "KeyConditionExpression": condition,
                "FilterExpression": "#note = :note",
                "ExpressionAttributeValues": {
                    ":pk": { "S": "a" }, ":p": { "S": value }, ":note": { "S": "" },
                },
            })
        };
        let rejected = |condition, value| empty_key("Query", &query(condition, value)).is_some();
        assert!(rejected("pk = :pk AND begins_with(sk, :p)", ""));
        assert!(rejected("pk=:p", ""));
        assert!(!rejected("pk = :pk AND begins_with(sk, :p)", "x"));
        assert!(!rejected("pk = :pk", ""));
        assert!(empty_key("GetItem", &query("pk = :p", "")).is_none());
    }
}
