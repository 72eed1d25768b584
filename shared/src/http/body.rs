//! Extracts the JSON body or the query of a request, as fields to be parsed one by one.

use axum::extract::{FromRequest, FromRequestParts, Request};
use http::{header::CONTENT_TYPE, request::Parts};
use serde_json::{Map, Value};

use super::answer;
use crate::{
    domain::Fields,
    protocol::problem::{Code, Problem},
};

/// The members of a JSON body.
#[derive(Debug)]
pub struct JsonBody(pub Fields);

impl<S: Send + Sync> FromRequest<S> for JsonBody {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        let media_type = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
        let essence = media_type.and_then(|value| value.split(';').next()).unwrap_or_default();
        if !essence.trim().eq_ignore_ascii_case("application/json") {
            return Err(Problem::new(Code::UnsupportedMediaType));
        }
        let body = answer::read(request).await?;
        match serde_json::from_slice::<Map<String, Value>>(&body) {
            Ok(object) => Ok(Self(Fields::new(object))),
            Err(error) => {
                let detail = match error.classify() {
                    serde_json::error::Category::Data => {
                        "The body must be a JSON object.".to_owned()
                    }
                    _ => format!(
                        "The body is not valid JSON (line {}, column {}).",
                        error.line(),
                        error.column()
                    ),
                };
                Err(Problem::with_detail(Code::InvalidBody, detail))
            }
        }
    }
}

/// The query parameters.
#[derive(Debug)]
pub struct Query(pub Fields);

impl<S: Send + Sync> FromRequestParts<S> for Query {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        match axum::extract::Query::<Vec<(String, String)>>::try_from_uri(&parts.uri) {
            Ok(axum::extract::Query(pairs)) => Ok(Self(Fields::from_query(pairs))),
            Err(_) => {
                Err(Problem::with_detail(Code::InvalidRequest, "The query string is malformed."))
            }
        }
    }
}
