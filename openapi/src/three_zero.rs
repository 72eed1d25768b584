//! Rewrites the document as OpenAPI 3.0.3, for code generators that do not read 3.1.
//!
//! The two differ in their schemas: 3.0 has no `const`, no type `null`, and no members beside `$ref`
//! ([3.0.3](https://spec.openapis.org/oas/v3.0.3#schema-object)). Generators for 3.0 also expect one type for all errors of an
//! operation, so the copy describes each error response as `ErrorBody`.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::schemas::{path, reference};

/// The document as OpenAPI 3.0.3.
pub(crate) fn rewrite(mut document: Value) -> Value {
    document["openapi"] = "3.0.3".into();
    if let Some(info) = document["info"].as_object_mut() {
        info.remove("summary");
        info["license"] = json!({ "name": info["license"]["name"] });
    }
    let types = Types::of(&document["components"]["schemas"]);
    types.visit(&mut document["paths"]);
    let components = &mut document["components"];
    types.visit(&mut components["headers"]);
    types.visit(&mut components["responses"]);
    for response in members(&mut components["responses"]) {
        let examples =
            std::mem::take(&mut response["content"]["application/problem+json"]["examples"]);
        let mut content = json!({ "schema": reference("ErrorBody") });
        if !examples.is_null() {
            content["examples"] = examples;
        }
        response["content"] = json!({ "application/json": content });
    }
    members(&mut components["schemas"]).for_each(|schema| types.schema(schema));
    document
}

fn members(value: &mut Value) -> impl Iterator<Item = &mut Value> {
    value.as_object_mut().into_iter().flat_map(Map::values_mut)
}

/// The types of the named schemas, by their references. In 3.0, `nullable` needs a type beside it.
struct Types(BTreeMap<String, Value>);

impl Types {
    fn of(schemas: &Value) -> Self {
        let schemas = schemas.as_object().into_iter().flatten();
        Self(schemas.map(|(name, schema)| (path(name), schema["type"].clone())).collect())
    }

    /// Rewrites every schema of parameters, headers and bodies.
    fn visit(&self, value: &mut Value) {
        match value {
            Value::Object(object) => {
                for (name, member) in object {
                    match &**name {
                        "schema" => self.schema(member),
                        "example" | "examples" => {}
                        _ => self.visit(member),
                    }
                }
            }
            Value::Array(items) => items.iter_mut().for_each(|item| self.visit(item)),
            _ => {}
        }
    }

    fn schema(&self, value: &mut Value) {
        let Some(object) = value.as_object_mut() else { return };
        for name in ["properties", "additionalProperties", "items", "anyOf", "oneOf"] {
            match (name, object.get_mut(name)) {
                ("properties", Some(properties)) => {
                    members(properties).for_each(|schema| self.schema(schema));
                }
                (_, Some(Value::Array(options))) => {
                    options.iter_mut().for_each(|schema| self.schema(schema));
                }
                (_, Some(schema)) => self.schema(schema),
                (_, None) => {}
            }
        }
        if let Some(constant) = object.remove("const") {
            object.insert("enum".to_owned(), json!([constant]));
        }
        if let Some(Value::Array(types)) = object.get("type") {
            let first = types.iter().find(|name| *name != "null").cloned();
            object.insert("type".to_owned(), first.unwrap_or_default());
            object.insert("nullable".to_owned(), true.into());
        }
        self.options(object);
        if object.len() > 1
            && let Some(target) = object.remove("$ref")
        {
            object.insert("allOf".to_owned(), json!([{ "$ref": target }]));
        }
    }

    /// Rewrites `anyOf`.
    fn options(&self, object: &mut Map<String, Value>) {
        let Some(Value::Array(mut options)) = object.remove("anyOf") else { return };
        let count = options.len();
        options.retain(|option| *option != json!({ "type": "null" }));
        if options.len() < count {
            let target = options.first().and_then(|option| option["$ref"].as_str());
            let of_target = target.and_then(|target| self.0.get(target));
            object.insert("type".to_owned(), of_target.cloned().unwrap_or_default());
            object.insert("allOf".to_owned(), options.into());
            object.insert("nullable".to_owned(), true.into());
        } else if options.contains(&json!({ "type": "string" })) {
            // An open enum. Most generators have no type for it.
            object.insert("type".to_owned(), "string".into());
        } else {
            object.insert("anyOf".to_owned(), options.into());
        }
    }
}
