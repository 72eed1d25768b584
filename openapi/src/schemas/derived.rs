//! The schemas that are derived from the types on the wire.

use serde_json::{Map, Value, json};
use shared::protocol::{frame, problem, schema::generator, view};

use super::{pascal, path, reference};

/// The bodies of HTTP responses, and everything in them.
pub(super) fn responses() -> Map<String, Value> {
    let mut generator = generator();
    auth::schemas(&mut generator);
    profile::schemas(&mut generator);
    conversations::schemas(&mut generator);
    generator.subschema_for::<view::Done>();
    generator.subschema_for::<frame::ReadMark>();
    generator.subschema_for::<problem::Body<'_>>();
    let mut schemas = generator.take_definitions(true);
    let mapping = name_variants(&mut schemas, "Entry", "type");
    if let Some(entry) = schemas.get_mut("Entry") {
        entry["discriminator"] = json!({ "propertyName": "type", "mapping": mapping });
    }
    tidy(schemas)
}

/// The frames that the server sends, and everything in them. The data of replies is here without its frame.
pub(super) fn frames() -> Map<String, Value> {
    let mut generator = generator();
    generator.subschema_for::<frame::Hello>();
    generator.subschema_for::<frame::Nothing>();
    generator.subschema_for::<frame::Sent>();
    generator.subschema_for::<frame::Changed>();
    generator.subschema_for::<frame::ReadMark>();
    generator.subschema_for::<frame::Sync>();
    generator.subschema_for::<frame::Error>();
    generator.subschema_for::<frame::Event>();
    let mut schemas = generator.take_definitions(true);
    name_variants(&mut schemas, "Entry", "type");
    name_variants(&mut schemas, "Event", "event");
    // In the document, each event is a separate message.
    schemas.remove("Event");
    // The reply to `sync` repeats ids from the request, which may be any text.
    if let Some(id) = schemas.get_mut("ConversationId").and_then(Value::as_object_mut) {
        id.remove("pattern");
    }
    tidy(schemas)
}

/// Moves the variants of a tagged union to separate schemas, such as `EditEntry`. Code generators name their types after them.
/// Returns the schemas by the values of the tag.
fn name_variants(schemas: &mut Map<String, Value>, union: &str, tag: &str) -> Map<String, Value> {
    let variants = schemas.get_mut(union).and_then(|schema| schema["oneOf"].as_array_mut());
    let variants = variants.map(std::mem::take).unwrap_or_default();
    let (mut references, mut mapping) = (Vec::new(), Map::new());
    for mut variant in variants {
        let value = variant["properties"][tag]["const"].as_str().unwrap_or_default().to_owned();
        let name = pascal(&value) + union;
        if let Some(Value::String(base)) = variant.as_object_mut().and_then(|v| v.remove("$ref")) {
            let base = base.rsplit('/').next().and_then(|name| schemas.get(name));
            extend(&mut variant, base.unwrap_or(&Value::Null));
        }
        mapping.insert(value, path(&name).into());
        references.push(reference(&name));
        schemas.insert(name, variant);
    }
    if let Some(schema) = schemas.get_mut(union) {
        schema["oneOf"] = references.into();
    }
    mapping
}

/// Adds the members of another object to an object.
fn extend(schema: &mut Value, other: &Value) {
    if let (Some(own), Some(more)) =
        (schema["properties"].as_object_mut(), other["properties"].as_object())
    {
        own.extend(more.clone());
    }
    if let (Some(own), Some(more)) =
        (schema["required"].as_array_mut(), other["required"].as_array())
    {
        own.extend(more.iter().cloned());
    }
}

/// Replaces the formats of Rust's integers with those of the
/// [OpenAPI registry](https://spec.openapis.org/registry/format/). A sequence number needs more than 32 bits.
fn tidy(mut schemas: Map<String, Value>) -> Map<String, Value> {
    fn visit(value: &mut Value) {
        match value["format"].as_str() {
            Some("uint64") => value["format"] = "int64".into(),
            Some("uint" | "uint32" | "uint16") => {
                drop(value.as_object_mut().map(|o| o.remove("format")))
            }
            _ => {}
        }
        match value {
            Value::Object(object) => object.values_mut().for_each(visit),
            Value::Array(items) => items.iter_mut().for_each(visit),
            _ => {}
        }
    }
    schemas.values_mut().for_each(visit);
    schemas
}
