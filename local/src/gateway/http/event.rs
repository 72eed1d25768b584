//! Converts a request to an event of payload format 2.0, as API Gateway sends it to Lambda.

use std::{borrow::Cow, collections::BTreeMap, net::IpAddr};

use data_encoding::BASE64;
use http::{HeaderMap, request::Parts};
use percent_encoding::percent_decode_str;
use serde_json::{Map, Value, json};
use shared::domain::Timestamp;
use time::{OffsetDateTime, macros::format_description};

use crate::template;

/// What the gateway knows about a request, in addition to the request itself.
pub(super) struct Received<'a> {
    pub(super) request_id: &'a str,
    pub(super) api_id: &'a str,
    pub(super) route_key: &'a str,
    pub(super) parameters: Vec<(String, String)>,
    pub(super) source: IpAddr,
    pub(super) at: Timestamp,
}

pub(super) fn event(parts: &Parts, body: &[u8], received: Received<'_>) -> Value {
    let headers = &parts.headers;
    let text =
        |name: &str| headers.get(name).map(|value| String::from_utf8_lossy(value.as_bytes()));
    let host = text("host").unwrap_or_default();
    let host = host.rsplit_once(':').map_or(&*host, |(name, _)| name);
    let query = parts.uri.query().unwrap_or("");
    let path = path(parts.uri.path());
    let mut event = json!({
        "version": "2.0",
        "routeKey": received.route_key,
        "rawPath": path,
        "rawQueryString": query,
        "headers": lower_case(headers, &received),
        "requestContext": {
            "accountId": template::ACCOUNT,
            "apiId": received.api_id,
            "domainName": host,
            "domainPrefix": host.split('.').next(),
            "http": {
                "method": parts.method.as_str(),
                "path": path,
                "protocol": format!("{:?}", parts.version),
                "sourceIp": received.source.to_string(),
                "userAgent": text("user-agent").unwrap_or_default(),
            },
            "requestId": received.request_id,
            "routeKey": received.route_key,
            "stage": "$default",
            "time": log_time(received.at),
            "timeEpoch": received.at.as_millis(),
        },
        "isBase64Encoded": false,
    });
    let cookies: Vec<_> = headers
        .get_all("cookie")
        .iter()
        .flat_map(|line| {
            String::from_utf8_lossy(line.as_bytes())
                .split("; ")
                .map(str::to_owned)
                .collect::<Vec<_>>()
        })
        .collect();
    if !cookies.is_empty() {
        event["cookies"] = json!(cookies);
    }
    if !query.is_empty() {
        event["queryStringParameters"] = joined(query);
    }
    if !received.parameters.is_empty() {
        event["pathParameters"] =
            received.parameters.into_iter().map(|(k, v)| (k, json!(v))).collect();
    }
    if !body.is_empty() {
        match std::str::from_utf8(body) {
            Ok(body) if is_text(text("content-type").as_deref()) => event["body"] = json!(body),
            _ => {
                event["body"] = json!(BASE64.encode(body));
                event["isBase64Encoded"] = json!(true);
            }
        }
    }
    event
}

/// The path as HTTP APIs pass it on: decoded, and cut at the first `?` of the decoded path.
pub(super) fn path(raw: &str) -> String {
    let mut path = percent_decode_str(raw).decode_utf8_lossy().into_owned();
    if let Some(end) = path.find('?') {
        path.truncate(end);
    }
    path
}

fn lower_case(headers: &HeaderMap, received: &Received<'_>) -> Value {
    let mut lines: BTreeMap<&str, String> = BTreeMap::new();
    for (name, value) in headers.iter().filter(|(name, _)| *name != "cookie") {
        let value = String::from_utf8_lossy(value.as_bytes());
        lines
            .entry(name.as_str())
            .and_modify(|line| line.extend([",", &value]))
            .or_insert_with(|| value.clone().into_owned());
    }
    let source = received.source.to_string();
    lines
        .entry("x-forwarded-for")
        .and_modify(|line| line.extend([", ", &source]))
        .or_insert(source);
    lines.insert("x-forwarded-proto", "http".to_owned());
    json!(lines)
}

/// Joins the values of parameters with the same name, separated by commas.
fn joined(query: &str) -> Value {
    let mut members: BTreeMap<Cow<'_, str>, String> = BTreeMap::new();
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        let joined = members.entry(name);
        joined.and_modify(|line| line.extend([",", &value])).or_insert(value.into_owned());
    }
    members
        .into_iter()
        .map(|(name, value)| (name.into_owned(), json!(value)))
        .collect::<Map<_, _>>()
        .into()
}

fn is_text(content_type: Option<&str>) -> bool {
    let Some(content_type) = content_type else { return true };
    let kind = content_type.split(';').next().unwrap_or("").trim().to_ascii_lowercase();
    kind.starts_with("text/")
        || kind.ends_with("+json")
        || kind.ends_with("+xml")
        || matches!(
            kind.as_str(),
            "application/json" | "application/xml" | "application/javascript"
        )
}

/// `12/Mar/2020:19:03:58 +0000`
pub(crate) fn log_time(at: Timestamp) -> String {
    const FORMAT: &[time::format_description::BorrowedFormatItem<'_>] =
        format_description!("[day]/[month repr:short]/[year]:[hour]:[minute]:[second] +0000");
    i64::try_from(at.as_millis() / 1000)
        .ok()
        .and_then(|seconds| OffsetDateTime::from_unix_timestamp(seconds).ok())
        .and_then(|at| at.format(FORMAT).ok())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use http::Request;

    use super::*;

    fn event_of(request: http::request::Builder, body: &[u8]) -> Value {
        let (parts, ()) = request.body(()).unwrap().into_parts();
        let received = Received {
            request_id: "id",
            api_id: "api",
            route_key: "ANY /api/{proxy+}",
            parameters: vec![("proxy".to_owned(), "a b".to_owned())],
            source: Ipv4Addr::LOCALHOST.into(),
            at: Timestamp::from_millis(1_584_039_838_000),
        };
        event(&parts, body, received)
    }

    #[test]
    fn a_request_becomes_an_event_of_format_2() {
        let request = Request::post("/api/a%20b?x=1&x=%26&y=")
            .header("Host", "127.0.0.1:3000")
            .header("X-Two", "1")
            .header("X-Two", "2")
            .header("Cookie", "a=1; b=2")
            .header("Content-Type", "application/json");
        let event = event_of(request, b"{}");
        assert_eq!(event["rawPath"], "/api/a b");
        assert_eq!(event["rawQueryString"], "x=1&x=%26&y=");
        assert_eq!(event["queryStringParameters"], json!({ "x": "1,&", "y": "" }));
        assert_eq!(event["headers"]["x-two"], "1,2");
        assert_eq!(event["headers"].get("cookie"), None);
        assert_eq!(event["cookies"], json!(["a=1", "b=2"]));
        assert_eq!(event["pathParameters"], json!({ "proxy": "a b" }));
        assert_eq!(event["requestContext"]["http"]["sourceIp"], "127.0.0.1");
        assert_eq!(event["requestContext"]["time"], "12/Mar/2020:19:03:58 +0000");
        assert_eq!((&event["body"], &event["isBase64Encoded"]), (&json!("{}"), &json!(false)));
        let typed =
            serde_json::from_value::<aws_lambda_events::apigw::ApiGatewayV2httpRequest>(event);
        assert_eq!(typed.unwrap().request_context.http.method, http::Method::POST);
    }

    #[test]
    fn only_valid_escapes_are_decoded() {
        assert_eq!(path("/L0SM9cOFvHcCIhw%3D"), "/L0SM9cOFvHcCIhw=");
        assert_eq!(path("/100%"), "/100%");
        assert_eq!(path("/%zz%F0%9F%8E%89"), "/%zz🎉");
    }

    #[test]
    fn a_query_keeps_its_order_and_its_duplicates() {
        assert_eq!(joined("a=1&b&a=x+y%26"), json!({ "a": "1,x y&", "b": "" }));
    }

    #[test]
    fn a_binary_body_is_base64_encoded() {
        let image = event_of(Request::post("/").header("Content-Type", "image/png"), b"x");
        assert_eq!((&image["body"], &image["isBase64Encoded"]), (&json!("eA=="), &json!(true)));
        let broken = event_of(Request::post("/").header("Content-Type", "text/plain"), &[0xff]);
        assert_eq!(broken["isBase64Encoded"], true);
    }
}
