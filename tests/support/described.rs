//! Checks responses against the OpenAPI document. The document leaves objects open for later versions of the API; here they
//! are closed, so a member that is not described is an error.

use std::{
    collections::HashMap,
    sync::{Arc, LazyLock, Mutex},
};

use jsonschema::Validator;
use reqwest::Method;
use serde_json::{Value, json};

use super::Answer;

/// The document with every object closed.
pub static DOCUMENT: LazyLock<Value> = LazyLock::new(|| {
    let mut document = openapi::document().unwrap();
    close(&mut document["components"]["schemas"]);
    document
});

/// Closes every object of the schemas: a member that is not described becomes an error.
pub fn close(value: &mut Value) {
    match value {
        Value::Object(object) => {
            if object.get("type") == Some(&json!("object"))
                && !object.contains_key("additionalProperties")
            {
                object.insert("additionalProperties".to_owned(), json!(false));
            }
            object.values_mut().for_each(close);
        }
        Value::Array(items) => items.iter_mut().for_each(close),
        _ => {}
    }
}

/// Validates a value against a schema of the document.
pub fn validate(schema: &Value, value: &Value) -> Result<(), String> {
    static COMPILED: Compiled = LazyLock::new(Mutex::default);
    validate_with(&COMPILED, &DOCUMENT, schema, value)
}

type Compiled = LazyLock<Mutex<HashMap<String, Arc<Validator>>>>;

/// Validates a value against a schema of this document, which is compiled once.
fn validate_with(
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
    let errors: Vec<String> = validator
        .iter_errors(value)
        .map(|error| format!("{error} at {}", error.instance_path()))
        .collect();
    if errors.is_empty() { Ok(()) } else { Err(errors.join("; ")) }
}

/// Follows a reference, or returns the value itself.
pub fn resolve(value: &Value) -> &Value {
    match value["$ref"].as_str().and_then(|to| to.strip_prefix('#')) {
        Some(pointer) => DOCUMENT.pointer(pointer).unwrap(),
        None => value,
    }
}

/// Checks that the document describes this response for this method and path.
pub fn check(method: &Method, path: &str, answer: &Answer) -> Result<(), String> {
    // The response to `HEAD` is that of `GET` without the body.
    if !path.starts_with("/api/") || method == Method::HEAD || is_the_gateways(answer) {
        return Ok(());
    }
    let media_type = answer.header("content-type").split(';').next().unwrap().trim();
    let Some(operation) = operation(method, path) else {
        // The API has no such path, or the path has no such method.
        return match (answer.status, media_type) {
            (404 | 405 | 401 | 413 | 500 | 503, "application/problem+json") => {
                validate(&json!({ "$ref": "#/components/schemas/Problem" }), &answer.body)
            }
            (status, _) => {
                Err(format!("{status} {media_type}, but the document has no such operation"))
            }
        };
    };
    let response = resolve(&operation["responses"][answer.status.to_string()]);
    for (name, header) in response["headers"].as_object().into_iter().flatten() {
        let (header, value) = (resolve(header), answer.header(name));
        if value.is_empty() && header["required"] == true {
            return Err(format!("the {name} header is missing"));
        }
        if !value.is_empty() {
            let value = match header["schema"]["type"] == "integer" {
                true => value.parse::<u64>().map_or(Value::Null, Value::from),
                false => json!(value),
            };
            validate(&header["schema"], &value).map_err(|error| format!("{name}: {error}"))?;
        }
    }
    let content = &response["content"][media_type];
    if content.is_null() {
        return Err(format!("{} with {media_type} is not described", answer.status));
    }
    validate(&content["schema"], &answer.body)?;
    match media_type {
        "application/problem+json" => check_code(content, answer),
        _ => Ok(()),
    }
}

/// Checks that the problem has the status of the response, and one of the codes that the response has examples for.
fn check_code(content: &Value, answer: &Answer) -> Result<(), String> {
    let (status, code) = (&answer.body["status"], answer.body["code"].as_str().unwrap());
    match content["examples"].get(code) {
        Some(example) if example["value"]["status"] == *status && *status == answer.status => {
            Ok(())
        }
        _ => Err(format!("{status} {code} in a response with status {}", answer.status)),
    }
}

/// Whether the gateway created this error response, and not a function.
fn is_the_gateways(answer: &Answer) -> bool {
    answer.status >= 400 && answer.header("x-request-id").is_empty()
}

/// Checks that the document allows a body that the endpoint accepted. Unknown members are allowed.
pub fn check_accepted(method: &Method, path: &str, body: &Value) -> Result<(), String> {
    static OPEN: LazyLock<Value> = LazyLock::new(|| openapi::document().unwrap());
    static COMPILED: Compiled = LazyLock::new(Mutex::default);
    let content = |operation: &'static Value| {
        operation["requestBody"]["content"]["application/json"].get("schema")
    };
    match operation(method, path).and_then(content) {
        Some(schema) => validate_with(&COMPILED, &OPEN, schema, body),
        None => Ok(()),
    }
}

/// The operation for a path.
fn operation(method: &Method, path: &str) -> Option<&'static Value> {
    let path = path.split('?').next().unwrap();
    let leads_to = |template: &str| {
        let (parts, values) = (template.split('/'), path.split('/'));
        template.split('/').count() == path.split('/').count()
            && parts
                .zip(values)
                .all(|(part, value)| part == value || (part.starts_with('{') && !value.is_empty()))
    };
    let paths = DOCUMENT["paths"].as_object().unwrap();
    // A literal part wins over a parameter.
    let mut found: Vec<&String> = paths.keys().filter(|template| leads_to(template)).collect();
    found.sort_by_key(|template| template.matches('{').count());
    paths[*found.first()?].get(method.as_str().to_lowercase())
}
