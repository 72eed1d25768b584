//! Event filter patterns, which select the stream records that a function receives.

use std::collections::BTreeMap;

use serde_json::Value;

/// A pattern of `FilterCriteria`. All of its members must match.
#[derive(Debug, Clone, PartialEq)]
pub struct Pattern(BTreeMap<String, Node>);

#[derive(Debug, Clone, PartialEq)]
enum Node {
    Inner(Pattern),
    /// At least one rule must match.
    Leaf(Vec<Rule>),
}

#[derive(Debug, Clone, PartialEq)]
enum Rule {
    Equals(Value),
    Prefix(String),
    Exists(bool),
    AnythingBut(Vec<Value>),
}

impl Pattern {
    /// Reads a pattern from its JSON.
    ///
    /// # Errors
    /// If the pattern is invalid or unsupported.
    pub fn parse(text: &str) -> Result<Self, String> {
        let value = serde_json::from_str(text).map_err(|error| format!("is not JSON: {error}"))?;
        Self::read(&value)
    }

    /// Whether an event matches.
    pub fn matches(&self, event: &Value) -> bool {
        self.within(Some(event))
    }

    fn read(value: &Value) -> Result<Self, String> {
        let members = value.as_object().ok_or("is not an object")?;
        let node = |(key, value): (&String, &Value)| {
            let node = match value {
                Value::Object(_) => Self::read(value).map(Node::Inner),
                Value::Array(rules) => {
                    rules.iter().map(rule).collect::<Result<_, _>>().map(Node::Leaf)
                }
                _ => Err("must be an object or a list".to_owned()),
            };
            node.map(|node| (key.clone(), node)).map_err(|what| format!("{key}: {what}"))
        };
        members.iter().map(node).collect::<Result<_, _>>().map(Self)
    }

    /// Treats a missing object as an empty one, so that `exists: false` matches in it too.
    fn within(&self, event: Option<&Value>) -> bool {
        self.0.iter().all(|(key, node)| {
            let member = event.and_then(|event| event.get(key));
            match node {
                Node::Inner(pattern) => pattern.within(member),
                Node::Leaf(rules) => rules.iter().any(|rule| rule.matches(member)),
            }
        })
    }
}

impl Rule {
    /// For a list in the event, at least one element must match. `exists` applies only to leaves.
    fn matches(&self, member: Option<&Value>) -> bool {
        if let Self::Exists(expected) = self {
            return member.is_some_and(|value| !value.is_object()) == *expected;
        }
        match member {
            None => false,
            Some(Value::Array(values)) => values.iter().any(|value| self.covers(value)),
            Some(value) => self.covers(value),
        }
    }

    fn covers(&self, value: &Value) -> bool {
        match self {
            Self::Equals(expected) => same(expected, value),
            Self::Prefix(prefix) => value.as_str().is_some_and(|text| text.starts_with(prefix)),
            Self::AnythingBut(not) => !value.is_object() && !not.iter().any(|one| same(one, value)),
            Self::Exists(_) => false,
        }
    }
}

fn rule(value: &Value) -> Result<Rule, String> {
    let Value::Object(members) = value else {
        return literal(value).map(Rule::Equals);
    };
    let mut members = members.iter();
    let (Some((name, argument)), None) = (members.next(), members.next()) else {
        return Err("a rule must have exactly one member".to_owned());
    };
    let wrong = || format!("{name} is malformed");
    match name.as_str() {
        "prefix" => argument.as_str().map(|text| Rule::Prefix(text.to_owned())).ok_or_else(wrong),
        "exists" => argument.as_bool().map(Rule::Exists).ok_or_else(wrong),
        "anything-but" => {
            let not = argument.as_array().ok_or_else(wrong)?;
            not.iter().map(literal).collect::<Result<_, _>>().map(Rule::AnythingBut)
        }
        _ => Err(format!("{name} is not supported by the local stack")),
    }
}

fn literal(value: &Value) -> Result<Value, String> {
    match value {
        Value::Object(_) | Value::Array(_) => {
            Err("a literal must not be a list or an object".to_owned())
        }
        _ => Ok(value.clone()),
    }
}

/// Compares values; `1` and `1.0` are equal.
fn same(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::Number(left), Value::Number(right)) => left.as_f64() == right.as_f64(),
        _ => left == right,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn matches(pattern: &Value, event: &Value) -> bool {
        Pattern::parse(&pattern.to_string()).unwrap().matches(event)
    }

    #[test]
    fn every_member_must_match_at_least_one_of_its_rules() {
        let pattern = json!({ "eventName": ["INSERT", "MODIFY"], "dynamodb": {
            "Keys": { "pk": { "S": [{ "prefix": "mail#" }] } } } });
        let event =
            |name, pk| json!({ "eventName": name, "dynamodb": { "Keys": { "pk": { "S": pk } } } });
        assert!(matches(&pattern, &event("MODIFY", "mail#1")));
        assert!(!matches(&pattern, &event("REMOVE", "mail#1")));
        assert!(!matches(&pattern, &event("INSERT", "user#1")));
        assert!(!matches(&pattern, &json!({ "eventName": "INSERT" })));
        assert!(matches(&json!({}), &json!({})));
    }

    #[test]
    fn rules_match_numbers_null_absence_and_exceptions() {
        assert!(matches(&json!({ "a": [1, null, true] }), &json!({ "a": 1.0 })));
        assert!(matches(&json!({ "a": [null] }), &json!({ "a": null })));
        assert!(!matches(&json!({ "a": [null] }), &json!({})));
        assert!(matches(&json!({ "a": ["x"] }), &json!({ "a": ["w", "x"] })));
        let gone = json!({ "new": { "at": { "N": [{ "exists": false }] } } });
        assert!(matches(&gone, &json!({ "old": 1 })));
        assert!(!matches(&gone, &json!({ "new": { "at": { "N": "1" } } })));
        assert!(matches(&json!({ "a": [{ "exists": true }] }), &json!({ "a": "x" })));
        let not = json!({ "a": [{ "anything-but": ["x", 2] }] });
        assert!(matches(&not, &json!({ "a": "y" })));
        assert!(!matches(&not, &json!({ "a": 2 })));
        assert!(!matches(&not, &json!({})));
    }

    #[test]
    fn an_unsupported_pattern_is_an_error() {
        let error = |text| Pattern::parse(text).unwrap_err();
        assert!(error("{").starts_with("is not JSON: "));
        assert_eq!(error("[]"), "is not an object");
        assert_eq!(error(r#"{"a":{"b":1}}"#), "a: b: must be an object or a list");
        let numeric = error(r#"{"a":[{"numeric":[">",1]}]}"#);
        assert_eq!(numeric, "a: numeric is not supported by the local stack");
        assert_eq!(error(r#"{"a":[{"prefix":1}]}"#), "a: prefix is malformed");
    }
}
