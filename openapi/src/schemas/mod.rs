//! The schemas of bodies. Each object lists all its members: the tests reject a response with any other member.

use serde_json::{Map, Value, json};

mod answers;
mod requests;
mod things;

/// All schemas, by their names.
pub(crate) fn all() -> Map<String, Value> {
    let schemas = things::all().into_iter().chain(requests::all()).chain(answers::all());
    schemas.map(|(name, schema)| (name.to_owned(), schema)).collect()
}

/// A schema by its name.
pub(crate) fn reference(name: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{name}") })
}

/// An object with required members only.
fn object<const N: usize>(description: &str, members: [(&str, Value); N]) -> Value {
    with_optional(description, members, [])
}

/// An object with required and optional members.
fn with_optional<const N: usize, const M: usize>(
    description: &str,
    members: [(&str, Value); N],
    optional: [(&str, Value); M],
) -> Value {
    let required: Vec<&str> = members.iter().map(|(name, _)| *name).collect();
    let properties: Map<String, Value> = members
        .into_iter()
        .chain(optional)
        .map(|(name, schema)| (name.to_owned(), schema))
        .collect();
    json!({
        "type": "object",
        "description": description,
        "required": required,
        "properties": properties,
    })
}

fn list(items: Value) -> Value {
    json!({ "type": "array", "items": items })
}

fn list_of(name: &str) -> Value {
    list(reference(name))
}

fn string() -> Value {
    json!({ "type": "string" })
}

fn boolean() -> Value {
    json!({ "type": "boolean" })
}

/// An integer of at least `least`.
fn count(least: u64) -> Value {
    json!({ "type": "integer", "minimum": least })
}

/// Adds `null` to a schema.
fn nullable(mut schema: Value) -> Value {
    if schema.get("type").is_some() {
        schema["type"] = json!([schema["type"], "null"]);
        return schema;
    }
    json!({ "anyOf": [schema, { "type": "null" }] })
}

/// Adds a description to a schema.
fn about(mut schema: Value, description: &str) -> Value {
    schema["description"] = description.into();
    schema
}
