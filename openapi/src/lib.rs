//! The OpenAPI 3.1 document of the HTTP API. Paths, methods and access are those of the functions' routes; codes, statuses and
//! numbers are those of `shared`; examples are its own types. What is told beside them is held against every answer of the tests.

use std::{collections::BTreeMap, fmt};

use http::Method;
use serde_json::{Map, Value, json};
use shared::http::{Access, Route};

mod examples;
mod groups;
mod links;
mod operation;
mod parameters;
mod refusals;
mod schemas;

use operation::Operation;

/// A route, whatever function it is of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoint {
    /// Its method.
    pub method: Method,
    /// Its path, with parameters in braces.
    pub path: &'static str,
    /// Who may call it.
    pub access: Access,
}

/// Routes and their descriptions are not of the same endpoints.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mismatch {
    /// Routes that nothing describes.
    pub undescribed: Vec<String>,
    /// Descriptions of what is no route.
    pub no_route: Vec<String>,
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { undescribed, no_route } = self;
        write!(f, "not described: {undescribed:?}; described, and no route: {no_route:?}")
    }
}

impl std::error::Error for Mismatch {}

/// All HTTP endpoints of all functions.
pub fn endpoints() -> Vec<Endpoint> {
    fn of<S>(routes: Vec<Route<S>>) -> impl Iterator<Item = Endpoint> {
        routes.into_iter().map(|Route { method, path, access, .. }| Endpoint {
            method,
            path,
            access,
        })
    }
    of(auth::routes())
        .chain(of(profile::routes()))
        .chain(of(password::routes()))
        .chain(of(conversations::routes()))
        .collect()
}

/// The document.
///
/// # Errors
/// [`Mismatch`]
pub fn document() -> Result<Value, Mismatch> {
    let endpoints = endpoints();
    let mut described: BTreeMap<(&str, &str), Operation> = BTreeMap::new();
    let mut no_route = Vec::new();
    for operation in groups::operations() {
        if let Some(twice) = described.insert((operation.path, operation.method), operation) {
            no_route.push(format!("{} {} (twice)", twice.method, twice.path));
        }
    }
    let (mut paths, mut responses) = (Map::new(), Map::new());
    let mut undescribed = Vec::new();
    for Endpoint { method, path, access } in &endpoints {
        let Some(operation) = described.remove(&(path, method.as_str())) else {
            undescribed.push(format!("{method} {path}"));
            continue;
        };
        let of_path = paths.entry(*path).or_insert_with(|| json!({}));
        of_path[method.as_str().to_lowercase()] = operation.write(*access, &mut responses);
    }
    no_route.extend(described.keys().map(|(path, method)| format!("{method} {path}")));
    if !(undescribed.is_empty() && no_route.is_empty()) {
        return Err(Mismatch { undescribed, no_route });
    }
    Ok(json!({
        "openapi": "3.1.1",
        "info": info(),
        "servers": servers(),
        "tags": groups::tags(),
        "paths": paths,
        "components": {
            "securitySchemes": { "bearer": {
                "type": "http",
                "scheme": "bearer",
                "description": "The `token` of a login. The scheme's name may be written in any case.",
            } },
            "headers": refusals::headers(),
            "responses": responses,
            "schemas": schemas::all(),
        },
    }))
}

/// The document as it is written to `docs/openapi.json`.
///
/// # Errors
/// [`Mismatch`]
pub fn text() -> Result<String, Mismatch> {
    Ok(format!("{:#}\n", document()?))
}

fn info() -> Value {
    json!({
        "title": "EmoteChat",
        "version": env!("CARGO_PKG_VERSION"),
        "summary": "Accounts, conversations and emotes over HTTP.",
        "description": "JSON in UTF-8. Members of a request that are not described are ignored; clients ignore those of answers that \
            they do not know. `null` counts as absent in requests. Timestamps are RFC 3339 in UTC with milliseconds; ids are opaque.\n\n\
            What is refused is answered with a problem (RFC 9457) whose `code` clients switch on. What a caller may not see \
            answers as what does not exist. A path that is none under a group answers 404 `not_found`, a method that a path does not have \
            405 `method_not_allowed` with `Allow`. What the gateway refuses before a function sees it \
            (paths of no group, throttling, functions that fail or take too long) it answers in its own form, without `x-request-id`.\n\n\
            The socket is not described here.",
        "license": { "name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0" },
    })
}

fn servers() -> Value {
    json!([
        { "url": "/", "description": "Where this document is served: the local stack." },
        {
            "url": "https://{api}.execute-api.{region}.amazonaws.com",
            "description": "A deployment.",
            "variables": {
                "api": { "default": "api-id", "description": "The HTTP API's id." },
                "region": { "default": "us-east-1", "description": "Where it is deployed." },
            },
        },
    ])
}
