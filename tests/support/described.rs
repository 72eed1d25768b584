//! The OpenAPI document as a judge of answers. Where it leaves an object open, for clients of a later version, it is closed
//! here: a member that nobody described is a fault.

use std::{
    collections::HashMap,
    sync::{Arc, LazyLock, Mutex},
};

use jsonschema::Validator;
use reqwest::Method;
use serde_json::{Value, json};

use super::Answer;

/// The document, with every object closed.
pub static DOCUMENT: LazyLock<Value> = LazyLock::new(|| {
    let mut document = openapi::document().unwrap();
    close(&mut document["components"]["schemas"]);
    document
});

fn close(value: &mut Value) {
    match value {
        Value::Object(object) => {
            if object.get("type") == Some(&json!("object")) && object.contains_key("properties") {
                object.insert("additionalProperties".to_owned(), json!(false));
            }
            object.values_mut().for_each(close);
        }
        Value::Array(items) => items.iter_mut().for_each(close),
        _ => {}
    }
}

/// Checks a value by a schema of the document.
pub fn validate(schema: &Value, value: &Value) -> Result<(), String> {
    static COMPILED: Compiled = LazyLock::new(Mutex::default);
    judge(&COMPILED, &DOCUMENT, schema, value)
}

type Compiled = LazyLock<Mutex<HashMap<String, Arc<Validator>>>>;

/// Checks a value by a schema of this document, which is compiled once.
fn judge(
    compiled: &Compiled,
    document: &Value,
    schema: &Value,
    value: &Value,
) -> Result<(), String> {
    let known = compiled.lock().unwrap().get(&schema.to_string()).cloned();
    let validator = known.unwrap_or_else(|| {
        let mut whole = schema.clone();
        whole["components"] = json!({ "schemas": document["components"]["schemas"] });
        let options = jsonschema::draft202012::options().should_validate_formats(true);
        let validator = Arc::new(options.build(&whole).unwrap());
        compiled.lock().unwrap().insert(schema.to_string(), validator.clone());
        validator
    });
    let faults: Vec<String> = validator
        .iter_errors(value)
        .map(|error| format!("{error} at {}", error.instance_path()))
        .collect();
    if faults.is_empty() { Ok(()) } else { Err(faults.join("; ")) }
}

/// What a reference leads to, or the value itself.
pub fn resolve(value: &Value) -> &Value {
    match value["$ref"].as_str().and_then(|to| to.strip_prefix('#')) {
        Some(pointer) => DOCUMENT.pointer(pointer).unwrap(),
        None => value,
    }
}

/// Whether an answer is one that the document describes for this method and path.
pub fn check(method: &Method, path: &str, answer: &Answer) -> Result<(), String> {
    // `HEAD` is answered as `GET` is, without the body.
    if !path.starts_with("/api/") || method == Method::HEAD || is_the_gateways(answer) {
        return Ok(());
    }
    let media_type = answer.header("content-type").split(';').next().unwrap().trim();
    let Some(operation) = operation(method, path) else {
        // No path of the API, or none with this method.
        return match (answer.status, media_type) {
            (404 | 405 | 401 | 413 | 500 | 503, "application/problem+json") => {
                validate(&json!({ "$ref": "#/components/schemas/Problem" }), &answer.body)
            }
            (status, _) => Err(format!("{status} {media_type}, where nothing is described")),
        };
    };
    let response = resolve(&operation["responses"][answer.status.to_string()]);
    for (name, header) in response["headers"].as_object().into_iter().flatten() {
        let (header, value) = (resolve(header), answer.header(name));
        if value.is_empty() && header["required"] == true {
            return Err(format!("it has no {name}"));
        }
        if !value.is_empty() {
            let value = match header["schema"]["type"] == "integer" {
                true => value.parse::<u64>().map_or(Value::Null, Value::from),
                false => json!(value),
            };
            validate(&header["schema"], &value).map_err(|fault| format!("{name}: {fault}"))?;
        }
    }
    match &response["content"][media_type] {
        Value::Null => Err(format!("no {} of {media_type} is described", answer.status)),
        content => validate(&content["schema"], &answer.body),
    }
}

/// A refusal that no function made.
fn is_the_gateways(answer: &Answer) -> bool {
    answer.status >= 400 && answer.header("x-request-id").is_empty()
}

/// Whether a body that was accepted is one that the document allows. Members that it does not know are.
pub fn check_accepted(method: &Method, path: &str, body: &Value) -> Result<(), String> {
    static OPEN: LazyLock<Value> = LazyLock::new(|| openapi::document().unwrap());
    static COMPILED: Compiled = LazyLock::new(Mutex::default);
    let content = |operation: &'static Value| {
        operation["requestBody"]["content"]["application/json"].get("schema")
    };
    match operation(method, path).and_then(content) {
        Some(schema) => judge(&COMPILED, &OPEN, schema, body),
        None => Ok(()),
    }
}

/// The operation that a path leads to.
fn operation(method: &Method, path: &str) -> Option<&'static Value> {
    let path = path.split('?').next().unwrap();
    let leads_to = |template: &str| {
        let (parts, given) = (template.split('/'), path.split('/'));
        template.split('/').count() == path.split('/').count()
            && parts
                .zip(given)
                .all(|(part, given)| part == given || (part.starts_with('{') && !given.is_empty()))
    };
    let paths = DOCUMENT["paths"].as_object().unwrap();
    // A name is rather itself than a parameter.
    let mut found: Vec<&String> = paths.keys().filter(|template| leads_to(template)).collect();
    found.sort_by_key(|template| template.matches('{').count());
    paths[*found.first()?].get(method.as_str().to_lowercase())
}
