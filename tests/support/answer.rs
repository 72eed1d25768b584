//! An HTTP response, and the table of bad bodies that every JSON endpoint is tested with.

use reqwest::{Method, header::HeaderMap};
use serde_json::Value;

use super::described;

/// A response with its whole body.
#[derive(Debug, Clone)]
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Value,
}

impl Answer {
    pub async fn read(response: reqwest::Response) -> Self {
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let text = response.text().await.unwrap();
        let body = serde_json::from_str(&text).unwrap_or(Value::String(text));
        Self { status, headers, body }
    }

    /// Reads the response of an endpoint and checks it against the OpenAPI document.
    #[track_caller]
    pub fn to(method: &Method, response: reqwest::Response) -> impl Future<Output = Self> {
        let (method, caller) = (method.clone(), std::panic::Location::caller());
        async move {
            let path = response.url().path().to_owned();
            let answer = Self::read(response).await;
            if let Err(error) = described::check(&method, &path, &answer) {
                let Self { status, body, .. } = &answer;
                panic!("{caller}: {method} {path}: {error}\n{status} {body}");
            }
            answer
        }
    }

    /// Asserts the status and returns the body.
    #[track_caller]
    pub fn expect(self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}", self.body);
        self.body
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// Asserts that this is a problem with this status and code, in the form that the contract defines.
    #[track_caller]
    pub fn rejects(&self, status: u16, code: &str) {
        assert_eq!((self.status, self.code()), (status, code), "{}", self.body);
        assert_eq!(self.header("content-type"), "application/problem+json");
        assert_eq!(self.body["status"], status);
        for member in ["type", "title", "detail", "request_id"] {
            let text = self.body[member].as_str().unwrap_or_default();
            assert!(!text.is_empty(), "{member} of {}", self.body);
        }
        assert_eq!(self.body["request_id"], self.header("x-request-id"));
        if status == 429 || status == 503 {
            assert!(self.header("retry-after").parse::<u64>().unwrap() >= 1);
        }
        if status == 401 {
            assert!(self.header("www-authenticate").starts_with("Bearer"));
        }
        self.has_the_common_headers();
    }

    #[track_caller]
    pub fn has_the_common_headers(&self) {
        assert!(!self.header("x-request-id").is_empty());
        assert_eq!(self.header("cache-control"), "no-store");
        assert_eq!(self.header("x-content-type-options"), "nosniff");
    }

    pub fn code(&self) -> &str {
        self.body["code"].as_str().unwrap_or_default()
    }

    /// The JSON pointers of the fields that are reported as invalid.
    pub fn pointers(&self) -> Vec<&str> {
        let errors = self.body["errors"].as_array().map_or(&[][..], Vec::as_slice);
        errors.iter().map(|error| error["pointer"].as_str().unwrap()).collect()
    }
}

/// Bodies that every JSON endpoint rejects: (content type, body, status, code).
pub fn bad_inputs() -> Vec<(&'static str, Vec<u8>, u16, &'static str)> {
    let json = "application/json";
    let deep = format!("{}1{}", "[".repeat(5_000), "]".repeat(5_000));
    let deep_member = format!("{{\"a\":{deep}}}");
    vec![
        (json, b"".to_vec(), 400, "invalid_body"),
        (json, b"nonsense".to_vec(), 400, "invalid_body"),
        (json, b"{\"a\":1".to_vec(), 400, "invalid_body"),
        (json, b"[]".to_vec(), 400, "invalid_body"),
        (json, b"null".to_vec(), 400, "invalid_body"),
        (json, b"\"text\"".to_vec(), 400, "invalid_body"),
        (json, b"{\"a\":\"\\ud800\"}".to_vec(), 400, "invalid_body"),
        (json, deep.into_bytes(), 400, "invalid_body"),
        (json, deep_member.into_bytes(), 400, "invalid_body"),
        (json, vec![b' '; 128 * 1024 + 1], 413, "body_too_large"),
        (json, b"{}".to_vec(), 400, "invalid_request"),
        ("text/plain", b"{}".to_vec(), 415, "unsupported_media_type"),
        ("application/x-www-form-urlencoded", b"a=b".to_vec(), 415, "unsupported_media_type"),
        ("", b"{}".to_vec(), 415, "unsupported_media_type"),
    ]
}
