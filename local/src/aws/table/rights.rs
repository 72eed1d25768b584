//! The IAM rights that a request to the table needs.

use serde_json::Value;

use crate::template::table_arn;

/// The actions and resources for which an operation needs rights.
pub(super) fn needed(operation: &str, request: &Value) -> Vec<(String, String)> {
    let action = |name: &str| format!("dynamodb:{name}");
    match operation {
        "TransactWriteItems" | "TransactGetItems" => items(request, "TransactItems")
            .iter()
            .filter_map(Value::as_object)
            .flatten()
            .map(|(kind, part)| {
                let name = match kind.as_str() {
                    "Put" => "PutItem",
                    "Update" => "UpdateItem",
                    "Delete" => "DeleteItem",
                    "ConditionCheck" => "ConditionCheckItem",
                    _ => "GetItem",
                };
                (action(name), resource(part))
            })
            .collect(),
        "BatchGetItem" | "BatchWriteItem" => request["RequestItems"]
            .as_object()
            .into_iter()
            .flatten()
            .map(|(table, _)| (action(operation), arn(table)))
            .collect(),
        _ => vec![(action(operation), resource(request))],
    }
}

/// The tables that a request names, without duplicates.
pub(super) fn tables(needed: &[(String, String)]) -> Vec<String> {
    let mut tables: Vec<String> = needed
        .iter()
        .filter_map(|(_, arn)| arn.split(":table/").nth(1)?.split('/').next())
        .map(str::to_owned)
        .collect();
    tables.sort();
    tables.dedup();
    tables
}

fn resource(part: &Value) -> String {
    match (part["TableName"].as_str(), part["IndexName"].as_str()) {
        (Some(table), Some(index)) => format!("{}/index/{index}", arn(table)),
        (Some(table), None) => arn(table),
        (None, _) => "*".to_owned(),
    }
}

/// The ARN of a table that a request names by name or by ARN.
fn arn(table: &str) -> String {
    if table.starts_with("arn:") { table.to_owned() } else { table_arn(table) }
}

fn items<'a>(request: &'a Value, key: &str) -> &'a [Value] {
    request[key].as_array().map_or(&[], Vec::as_slice)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_transaction_needs_the_rights_of_its_parts() {
        let request = json!({ "TransactItems": [
            { "Put": { "TableName": "t" } },
            { "ConditionCheck": { "TableName": "t" } },
        ]});
        let needed = needed("TransactWriteItems", &request);
        let actions: Vec<_> = needed.iter().map(|(action, _)| action.as_str()).collect();
        assert_eq!(actions, ["dynamodb:PutItem", "dynamodb:ConditionCheckItem"]);
        assert_eq!(tables(&needed), ["t"]);
    }

    #[test]
    fn an_index_is_a_separate_resource() {
        let request = json!({ "TableName": "t", "IndexName": "i" });
        let (_, resource) = needed("Query", &request).remove(0);
        assert_eq!(resource, "arn:aws:dynamodb:us-east-1:000000000000:table/t/index/i");
    }
}
