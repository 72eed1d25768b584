//! The events of the socket API, as API Gateway sends them to Lambda.

use std::collections::BTreeMap;

use data_encoding::BASE64;
use http::request::Parts;
use serde_json::{Value, json};

use super::{Gateway, sockets::Connection};
use crate::{gateway::http::log_time, host::random};

pub(super) fn connect(gateway: &Gateway, connection: &Connection, parts: &Parts) -> Value {
    let mut event = event(gateway, connection, "$connect", "CONNECT");
    let mut headers: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for (name, value) in &parts.headers {
        let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
        headers.entry(name.as_str()).or_default().push(value);
    }
    headers.entry("x-forwarded-for").or_default().push(connection.source.to_string());
    event["headers"] = headers.iter().map(|(name, lines)| (*name, json!(lines.last()))).collect();
    event["multiValueHeaders"] = json!(headers);
    let mut query: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (name, value) in form_urlencoded::parse(parts.uri.query().unwrap_or("").as_bytes()) {
        query.entry(name.into_owned()).or_default().push(value.into_owned());
    }
    if !query.is_empty() {
        event["queryStringParameters"] =
            query.iter().map(|(name, values)| (name.clone(), json!(values.last()))).collect();
        event["multiValueQueryStringParameters"] = json!(query);
    }
    event
}

/// A message event. Text stays as it is, and binary data is encoded in base64.
pub(super) fn message(
    gateway: &Gateway,
    connection: &Connection,
    body: Result<&str, &[u8]>,
) -> Value {
    let mut event = event(gateway, connection, "$default", "MESSAGE");
    event["requestContext"]["messageId"] = json!(random::gateway_id());
    event["isBase64Encoded"] = json!(body.is_err());
    event["body"] = match body {
        Ok(text) => json!(text),
        Err(bytes) => json!(BASE64.encode(bytes)),
    };
    event
}

pub(super) fn disconnect(
    gateway: &Gateway,
    connection: &Connection,
    code: u16,
    reason: &str,
) -> Value {
    let mut event = event(gateway, connection, "$disconnect", "DISCONNECT");
    event["requestContext"]["disconnectStatusCode"] = json!(code);
    event["requestContext"]["disconnectReason"] = json!(reason);
    event
}

fn event(gateway: &Gateway, connection: &Connection, route: &str, kind: &str) -> Value {
    let now = gateway.time.now();
    let request_id = random::gateway_id();
    json!({
        "requestContext": {
            "routeKey": route,
            "eventType": kind,
            "connectionId": connection.id,
            "connectedAt": connection.connected_at.as_millis(),
            "messageDirection": "IN",
            "domainName": gateway.domain,
            "stage": gateway.stage,
            "apiId": gateway.id,
            "requestId": request_id,
            "extendedRequestId": request_id,
            "requestTime": log_time(now),
            "requestTimeEpoch": now.as_millis(),
            "identity": {
                "sourceIp": connection.source.to_string(),
                "userAgent": connection.user_agent,
            },
        },
        "isBase64Encoded": false,
    })
}
