//! Generates the documents of the API: OpenAPI for HTTP, and AsyncAPI for the socket.
//!
//! Paths, methods and access come from the functions' routes. The schemas of responses and frames come from the types that
//! serialize them, and codes, statuses and limits from `shared`. The rest is written here. The tests validate every response and
//! every frame against the documents.

use std::{collections::BTreeMap, fmt};

use http::Method;
use serde_json::{Map, Value, json};
use shared::http::{Access, Route};

mod asyncapi;
mod examples;
mod groups;
mod links;
mod operation;
mod parameters;
mod refusals;
mod schemas;
mod three_zero;

use operation::Operation;

/// A route of any function.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoint {
    /// The HTTP method.
    pub method: Method,
    /// The path, with parameters in braces.
    pub path: &'static str,
    /// The clients that may call it.
    pub access: Access,
}

/// The routes and the descriptions do not match.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mismatch {
    /// Routes without a description.
    pub undescribed: Vec<String>,
    /// Descriptions without a route, or with the same route as another description.
    pub no_route: Vec<String>,
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { undescribed, no_route } = self;
        write!(
            f,
            "routes without a description: {undescribed:?}; descriptions without a route: {no_route:?}"
        )
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

/// The OpenAPI document.
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
        "openapi": "3.1.0",
        "info": info(),
        "servers": servers(),
        "tags": groups::tags(),
        "paths": paths,
        "components": {
            "securitySchemes": { "bearer": {
                "type": "http",
                "scheme": "bearer",
                "description": "The `token` from a login. The scheme's name is case-insensitive.",
            } },
            "headers": refusals::headers(),
            "responses": responses,
            "schemas": schemas::http(),
        },
    }))
}

/// The generated files in `docs/`: names and texts.
///
/// # Errors
/// [`Mismatch`]
pub fn files() -> Result<[(&'static str, String); 3], Mismatch> {
    let document = document()?;
    Ok([
        ("openapi.json", format!("{document:#}\n")),
        ("openapi-3.0.json", format!("{:#}\n", three_zero::rewrite(document))),
        ("asyncapi.yaml", asyncapi::text()),
    ])
}

fn info() -> Value {
    json!({
        "title": "EmoteChat",
        "version": env!("CARGO_PKG_VERSION"),
        "summary": "Accounts, conversations and emojis over HTTP.",
        "description": "Bodies are JSON in UTF-8. The server ignores unknown members of a request, and a client must ignore unknown members of \
            a response. In requests, `null` has the same meaning as an absent member. Timestamps are RFC 3339 in UTC with milliseconds. \
            Ids are opaque.\n\n\
            Errors are problems (RFC 9457). Clients switch on their `code`. A resource that the caller may not see gets the same response \
            as a resource that does not exist. An unknown path in a group returns 404 `not_found`. A wrong method returns 405 \
            `method_not_allowed` with `Allow`.\n\n\
            The gateway itself responds to paths outside every group, to throttled requests, and if a function fails or takes too long. \
            Its responses have another form and no `x-request-id`.\n\n\
            A separate document describes the socket.",
        "license": { "name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0" },
    })
}

fn servers() -> Value {
    json!([
        { "url": "/", "description": "The server that served this document, such as the local stack." },
        {
            "url": "https://{api}.execute-api.{region}.amazonaws.com",
            "description": "A deployment.",
            "variables": {
                "api": { "default": "api-id", "description": "The id of the HTTP API." },
                "region": { "default": "us-east-1", "description": "The region of the deployment." },
            },
        },
    ])
}
