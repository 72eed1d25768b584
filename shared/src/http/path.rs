//! The path of a request and its parameters.

use axum::extract::{FromRequestParts, Request};
use http::{Uri, request::Parts, uri::PathAndQuery};
use lambda_http::RequestExt as _;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::de::DeserializeOwned;

use crate::protocol::problem::{Code, Problem};

/// The characters to encode in a path. The exceptions are the unreserved characters of
/// [RFC 3986](https://www.rfc-editor.org/rfc/rfc3986#section-2.3), slashes, and `%`, because the path may be encoded already.
const ENCODED: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'/').remove(b'%');

/// The parameter of a path, or a tuple of them, percent-decoded. If it cannot be decoded or parsed, the response is 404.
#[derive(Debug)]
pub struct Path<T = String>(pub T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for Path<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        match axum::extract::Path::<T>::from_request_parts(parts, state).await {
            Ok(axum::extract::Path(parameters)) => Ok(Self(parameters)),
            Err(_) => Err(Problem::new(Code::NotFound)),
        }
    }
}

/// Restores the path that the client sent.
///
/// The gateway passes the path on decoded, and the adapter parses it as a URL. A `#` in it would begin a fragment, and a trailing
/// space would disappear. An unknown id could then become an existing one.
pub(super) fn as_sent(mut request: Request) -> Request {
    let encoded = utf8_percent_encode(request.raw_http_path(), ENCODED).to_string();
    if !encoded.starts_with('/') {
        return request;
    }
    let with_query = match request.uri().query() {
        Some(query) => format!("{encoded}?{query}"),
        None => encoded,
    };
    let mut parts = request.uri().clone().into_parts();
    if let Ok(path) = PathAndQuery::try_from(with_query) {
        parts.path_and_query = Some(path);
        if let Ok(uri) = Uri::from_parts(parts) {
            *request.uri_mut() = uri;
        }
    }
    request
}
