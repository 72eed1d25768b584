//! Describes error responses: one for each combination of a status and its codes, with their headers.

use serde_json::{Map, Value, json};
use shared::protocol::problem::Code;

use crate::{examples::REQUEST_ID, schemas::reference};

/// Statuses that the gateway itself also returns.
const GATEWAYS: [u16; 4] = [413, 429, 500, 503];

/// The name of the response in the components.
pub(crate) fn name(status: u16, codes: &[Code]) -> String {
    match codes {
        [] => format!("gateway_{status}"),
        codes => codes.iter().map(|code| code.slug()).collect::<Vec<_>>().join("."),
    }
}

/// The response for a status and its codes. Without codes, only the gateway returns this status.
pub(crate) fn response(status: u16, codes: &[Code]) -> Value {
    let mut content = Map::new();
    if !codes.is_empty() {
        let examples: Map<String, Value> = codes
            .iter()
            .map(|code| (code.slug().to_owned(), json!({ "value": example(*code) })))
            .collect();
        content.insert(
            "application/problem+json".to_owned(),
            json!({ "schema": reference("Problem"), "examples": examples }),
        );
    }
    if GATEWAYS.contains(&status) {
        let of_gateway = json!({ "schema": reference("ErrorBody"), "example": { "message": gateway_message(status) } });
        content.insert("application/json".to_owned(), of_gateway);
    }
    let titles: Vec<String> =
        codes.iter().map(|code| format!("`{}`: {}", code.slug(), code.title())).collect();
    let description = match codes {
        [] => "The gateway throttled the request.".to_owned(),
        _ => titles.join(" "),
    };
    let mut headers = match GATEWAYS.contains(&status) {
        true => json!({ "x-request-id": header("OptionalRequestId") }),
        false => common_headers(),
    };
    if status == 401 {
        headers["www-authenticate"] = header("WwwAuthenticate");
    }
    if (status == 429 && !codes.is_empty()) || status == 503 {
        headers["retry-after"] = header("RetryAfter");
    }
    json!({ "description": description, "headers": headers, "content": content })
}

fn gateway_message(status: u16) -> &'static str {
    match status {
        413 => "Request Entity Too Large",
        429 => "Too Many Requests",
        503 => "Service Unavailable",
        _ => "Internal Server Error",
    }
}

fn example(code: Code) -> Value {
    let mut example = json!({
        "type": format!("urn:emotechat:problem:{}", code.slug()),
        "title": code.title(),
        "status": code.status(),
        "detail": code.title(),
        "code": code.slug(),
        "request_id": REQUEST_ID,
    });
    if code == Code::InvalidRequest {
        example["detail"] = "name: is required".into();
        example["errors"] = json!([{ "pointer": "/name", "detail": "is required" }]);
    }
    example
}

fn header(name: &str) -> Value {
    json!({ "$ref": format!("#/components/headers/{name}") })
}

/// The headers of every response from a function.
pub(crate) fn common_headers() -> Value {
    json!({
        "x-request-id": header("RequestId"),
        "cache-control": header("CacheControl"),
        "x-content-type-options": header("ContentTypeOptions"),
    })
}

/// All headers that responses refer to.
pub(crate) fn headers() -> Value {
    let request_id = "The id of the request. The server's logs contain it.";
    json!({
        "RequestId": {
            "description": request_id,
            "required": true,
            "schema": { "type": "string" },
            "example": REQUEST_ID,
        },
        "OptionalRequestId": {
            "description": format!("{request_id} The gateway's own responses do not have this header, `cache-control` or `x-content-type-options`."),
            "schema": { "type": "string" },
            "example": REQUEST_ID,
        },
        "CacheControl": {
            "description": "The response must not be cached.",
            "required": true,
            "schema": { "type": "string", "const": "no-store" },
            "example": "no-store",
        },
        "ContentTypeOptions": {
            "description": "The client must not guess another content type.",
            "required": true,
            "schema": { "type": "string", "const": "nosniff" },
            "example": "nosniff",
        },
        "WwwAuthenticate": {
            "description": "RFC 6750. Includes `error=\"invalid_token\"` if the request has an invalid token.",
            "required": true,
            "schema": { "type": "string", "enum": ["Bearer", "Bearer error=\"invalid_token\""] },
            "example": "Bearer",
        },
        "RetryAfter": {
            "description": "The seconds to wait before a retry. The gateway's own responses do not have this header.",
            "schema": { "type": "integer", "minimum": 1 },
            "example": 3,
        },
    })
}
