//! Converts a function's response from payload format 2.0 to HTTP.

use bytes::Bytes;
use data_encoding::BASE64;
use http::{HeaderName, HeaderValue, StatusCode, header::CONTENT_TYPE};
use http_body_util::Full;
use serde_json::Value;

use crate::host::{function::Failure, server};

pub(super) fn response(answer: Result<Value, Failure>) -> server::Response {
    let failed = || server::message(StatusCode::INTERNAL_SERVER_ERROR, "Internal Server Error");
    match answer {
        Ok(value) if value.get("statusCode").is_none() => server::json(StatusCode::OK, &value),
        Ok(value) => converted(&value).unwrap_or_else(|| {
            tracing::error!("a function returned an invalid response");
            failed()
        }),
        Err(Failure::Error) => failed(),
        Err(Failure::Timeout) => {
            server::message(StatusCode::SERVICE_UNAVAILABLE, "Service Unavailable")
        }
    }
}

/// Ignores `multiValueHeaders`, as API Gateway does: they belong to format 1.0.
fn converted(value: &Value) -> Option<server::Response> {
    let status = u16::try_from(value.get("statusCode")?.as_u64()?).ok()?;
    let body = match value.get("body") {
        None | Some(Value::Null) => Bytes::new(),
        Some(Value::String(text)) if value["isBase64Encoded"] == true => {
            BASE64.decode(text.as_bytes()).ok()?.into()
        }
        Some(Value::String(text)) => text.clone().into(),
        Some(_) => return None,
    };
    let mut response = server::Response::new(Full::from(body));
    *response.status_mut() = StatusCode::from_u16(status).ok()?;
    let headers = response.headers_mut();
    for (name, value) in value.get("headers").and_then(Value::as_object).into_iter().flatten() {
        let text = match value {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        let name = HeaderName::try_from(name.as_str()).ok()?;
        // The gateway sets these itself.
        if !matches!(name.as_str(), "content-length" | "transfer-encoding" | "connection" | "date")
        {
            headers.insert(name, HeaderValue::try_from(text).ok()?);
        }
    }
    for cookie in value.get("cookies").and_then(Value::as_array).into_iter().flatten() {
        headers.append("set-cookie", HeaderValue::try_from(cookie.as_str()?).ok()?);
    }
    headers.entry(CONTENT_TYPE).or_insert(HeaderValue::from_static("text/plain;charset=UTF-8"));
    Some(response)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_response_without_a_status_is_200_json() {
        let response = response(Ok(json!({ "a": 1 })));
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["content-type"], "application/json");
    }

    #[test]
    fn headers_and_cookies_are_passed_on() {
        let response = response(Ok(json!({
            "statusCode": 204,
            "headers": { "Retry-After": 3, "Date": "never" },
            "cookies": ["a=1", "b=2"],
        })));
        assert_eq!(response.status(), 204);
        assert_eq!(response.headers()["retry-after"], "3");
        assert_eq!(response.headers().get("date"), None);
        assert_eq!(response.headers().get_all("set-cookie").iter().count(), 2);
    }

    #[test]
    fn an_invalid_response_is_a_failed_invocation() {
        assert_eq!(response(Ok(json!({ "statusCode": "x" }))).status(), 500);
        assert_eq!(response(Err(Failure::Timeout)).status(), 503);
    }
}
