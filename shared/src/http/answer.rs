//! Finishes every response: adds the common headers and the request id, and writes problems as JSON.

use std::time::Instant;

use axum::{
    extract::{MatchedPath, Request},
    middleware::Next,
    response::{IntoResponse, Response},
};
use http::{
    HeaderName, HeaderValue, Method, StatusCode,
    header::{
        ACCESS_CONTROL_REQUEST_METHOD, CACHE_CONTROL, CONTENT_TYPE, ORIGIN, RETRY_AFTER,
        WWW_AUTHENTICATE, X_CONTENT_TYPE_OPTIONS,
    },
};
use http_body_util::BodyExt as _;

use super::Client;
use crate::{
    domain::limits,
    protocol::problem::{Code, Problem},
};

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

impl IntoResponse for Problem {
    /// Attaches the problem to the response. `finish` writes the body, because it knows the request id.
    fn into_response(self) -> Response {
        let mut response = StatusCode::OK.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// Finishes every response and logs the request in one line.
pub(super) async fn finish(request: Request, next: Next) -> Response {
    let started = Instant::now();
    let client = Client::of(request.extensions());
    let method = request.method().clone();
    let route = request.extensions().get::<MatchedPath>().map(|path| path.as_str().to_owned());
    let mut response = if is_preflight(&request) {
        StatusCode::NO_CONTENT.into_response()
    } else if is_too_large(&request) {
        Problem::new(Code::BodyTooLarge).into_response()
    } else {
        next.run(request).await
    };
    let mut code = None;
    if let Some(problem) = response.extensions_mut().remove::<Problem>() {
        code = Some(problem.code.slug());
        write_problem(&mut response, &problem, &client.request_id);
    }
    let headers = response.headers_mut();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    if let Ok(request_id) = HeaderValue::from_str(&client.request_id) {
        headers.insert(REQUEST_ID, request_id);
    }
    tracing::info!(
        http.method = %method,
        http.route = route.as_deref().unwrap_or("none"),
        http.status = response.status().as_u16(),
        http.code = code,
        request_id = client.request_id,
        duration_ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX),
        "answered"
    );
    response
}

/// Whether the request is a CORS preflight. The gateway usually handles these. If a route accepts any method, the request arrives
/// here, and the gateway adds its own headers to this response.
fn is_preflight(request: &Request) -> bool {
    let headers = request.headers();
    request.method() == Method::OPTIONS
        && headers.contains_key(ORIGIN)
        && headers.contains_key(ACCESS_CONTROL_REQUEST_METHOD)
}

fn is_too_large(request: &Request) -> bool {
    let size = http_body::Body::size_hint(request.body()).lower();
    size > limits::BODY_BYTES as u64
}

fn write_problem(response: &mut Response, problem: &Problem, request_id: &str) {
    let status =
        StatusCode::from_u16(problem.code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let body = serde_json::to_vec(&problem.body(request_id)).unwrap_or_default();
    *response.status_mut() = status;
    *response.body_mut() = axum::body::Body::from(body);
    let headers = response.headers_mut();
    headers.remove(http::header::CONTENT_LENGTH);
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    if let Some(secs) = problem.retry_after_secs() {
        headers.insert(RETRY_AFTER, secs.into());
    }
    if status == StatusCode::UNAUTHORIZED {
        // RFC 6750, 3: no error code if the request has no credentials.
        let challenge = match problem.code {
            Code::InvalidToken => "Bearer error=\"invalid_token\"",
            _ => "Bearer",
        };
        headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static(challenge));
    }
}

/// Reads the whole body of a request, up to the limit.
pub(super) async fn read(request: Request) -> Result<bytes::Bytes, Problem> {
    let limited = http_body_util::Limited::new(request.into_body(), limits::BODY_BYTES);
    match limited.collect().await {
        Ok(body) => Ok(body.to_bytes()),
        Err(_) => Err(Problem::new(Code::BodyTooLarge)),
    }
}
