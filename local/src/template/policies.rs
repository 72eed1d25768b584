//! The policy statements of a function that the local stack can enforce.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{
    Error,
    evaluate::Evaluator,
    values::{items, texts},
    yaml::join,
};
/// The only condition key for which a service of the local stack provides a value.
const FROM_ADDRESS: &str = "ses:FromAddress";

const ROLE: &str = "AWS::IAM::Role";

/// One statement of a function's policies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// True for `Effect: Allow`; false for `Effect: Deny`.
    pub allow: bool,
    /// Actions, which may contain `*` and `?`.
    pub actions: Vec<String>,
    /// ARNs, which may contain `*` and `?`.
    pub resources: Vec<String>,
    /// `Condition.StringEquals`: for each key, the request's value must be one of these.
    pub equals: BTreeMap<String, Vec<String>>,
}

/// The rights of a function: the statements of its role, or its own policies, from which SAM creates a role.
pub(super) fn read(
    evaluator: &Evaluator<'_>,
    properties: &Value,
    place: &str,
) -> Result<Vec<Statement>, Error> {
    let own = properties.get("Policies");
    let Some(role) = properties.get("Role") else {
        return policies(own, &join(place, "Policies"), |policy| policy.get("Statement"));
    };
    if own.is_some() {
        let what = "SAM ignores policies of a function with a Role";
        return Err(Error::at(&join(place, "Policies"), what));
    }
    let has_arn =
        |id: &str| evaluator.names.attribute(id, ROLE, "Arn").is_some_and(|arn| *role == arn);
    let found =
        evaluator.resources.iter().find(|(id, resource)| resource["Type"] == ROLE && has_arn(id));
    let (id, resource) =
        found.ok_or_else(|| Error::at(&join(place, "Role"), "is not a role in this template"))?;
    let place = format!("Resources.{id}.Properties");
    let properties = evaluator.value(resource.get("Properties").unwrap_or(&Value::Null), &place)?;
    for key in ["ManagedPolicyArns", "PermissionsBoundary"] {
        if properties.get(key).is_some() {
            return Err(Error::at(&join(&place, key), "is not supported by the local stack"));
        }
    }
    let written = properties.get("Policies");
    policies(written, &join(&place, "Policies"), |policy| {
        policy.pointer("/PolicyDocument/Statement")
    })
}

fn policies(
    policies: Option<&Value>,
    place: &str,
    statements: fn(&Value) -> Option<&Value>,
) -> Result<Vec<Statement>, Error> {
    let mut read = Vec::new();
    for (index, policy) in items(policies).iter().enumerate() {
        let place = join(place, &index.to_string());
        let statements = statements(policy).ok_or_else(|| {
            Error::at(&place, "the local stack supports only policies with statements")
        })?;
        for (index, statement) in items(Some(statements)).iter().enumerate() {
            read.push(self::statement(statement, &join(&place, &format!("Statement.{index}")))?);
        }
    }
    Ok(read)
}

fn statement(statement: &Value, place: &str) -> Result<Statement, Error> {
    for key in ["NotAction", "NotResource"] {
        if statement.get(key).is_some() {
            return Err(Error::at(place, format!("{key} is not supported by the local stack")));
        }
    }
    let allow = match statement.get("Effect").and_then(Value::as_str) {
        Some("Allow") => true,
        Some("Deny") => false,
        _ => return Err(Error::at(place, "Effect must be Allow or Deny")),
    };
    let (actions, resources) =
        (texts(statement, "Action", place)?, texts(statement, "Resource", place)?);
    if actions.is_empty() || resources.is_empty() {
        return Err(Error::at(place, "must have an Action and a Resource"));
    }
    let equals = condition(statement.get("Condition"), &join(place, "Condition"))?;
    Ok(Statement { allow, actions, resources, equals })
}

/// Reads a condition. An unsupported condition is an error, because ignoring it would allow too much.
fn condition(
    condition: Option<&Value>,
    place: &str,
) -> Result<BTreeMap<String, Vec<String>>, Error> {
    let Some(condition) = condition else { return Ok(BTreeMap::new()) };
    let condition = condition.as_object().ok_or_else(|| Error::at(place, "is not a mapping"))?;
    let mut equals = BTreeMap::new();
    for (operator, keys) in condition {
        let place = join(place, operator);
        if operator != "StringEquals" {
            return Err(Error::at(&place, "is not supported by the local stack"));
        }
        let entries = keys.as_object().ok_or_else(|| Error::at(&place, "is not a mapping"))?;
        for key in entries.keys() {
            if key != FROM_ADDRESS {
                let what = "is not supported by the local stack";
                return Err(Error::at(&join(&place, key), what));
            }
            equals.insert(key.clone(), texts(keys, key, &place)?);
        }
    }
    Ok(equals)
}
