//! The schemas of both documents. Objects are open, so that a later version can add members. Each one lists all current members,
//! and the tests reject a response or a frame with any other member.

use serde_json::{Map, Value, json};

mod derived;
mod frames;
mod requests;

/// The schemas of the HTTP API, by their names.
pub(crate) fn http() -> Map<String, Value> {
    let mut schemas = derived::responses();
    schemas.extend(requests::all().into_iter().map(|(name, schema)| (name.to_owned(), schema)));
    let gateway_error =
        object("An error of API Gateway, if no function responded.", [("message", string())]);
    schemas.insert("GatewayError".to_owned(), gateway_error);
    // Some generators read only one media type of a response, so the schema of `application/json` has both forms.
    let error_body = json!({
        "description": "An error of a function, or of API Gateway.",
        "anyOf": [reference("Problem"), reference("GatewayError")],
    });
    schemas.insert("ErrorBody".to_owned(), error_body);
    titled(schemas)
}

/// The schemas of the socket, by their names.
pub(crate) fn socket() -> Map<String, Value> {
    titled(frames::all())
}

/// Adds titles to the schemas and to their constants, because some code generators name their types after titles only.
fn titled(mut schemas: Map<String, Value>) -> Map<String, Value> {
    for (name, schema) in &mut schemas {
        schema["title"] = name.as_str().into();
        let members = schema.get_mut("properties").and_then(Value::as_object_mut);
        let members = members.into_iter().flatten();
        for (member, value) in members.filter(|(_, value)| value.get("const").is_some()) {
            value["title"] = format!("{name}{}", pascal(member)).into();
        }
    }
    schemas
}

/// Turns `reaction_added` into `ReactionAdded`.
fn pascal(name: &str) -> String {
    let parts = name.split('_').filter_map(|part| {
        let (first, rest) = part.split_at_checked(1)?;
        Some(first.to_ascii_uppercase() + rest)
    });
    parts.collect()
}

/// A schema by its name.
pub(crate) fn reference(name: &str) -> Value {
    json!({ "$ref": path(name) })
}

/// The place of a schema in a document.
pub(crate) fn path(name: &str) -> String {
    format!("#/components/schemas/{name}")
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

fn string() -> Value {
    json!({ "type": "string" })
}

/// An integer of at least `min`.
fn count(min: u64) -> Value {
    json!({ "type": "integer", "minimum": min })
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
