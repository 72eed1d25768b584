//! The parameter of a path.

use axum::extract::FromRequestParts;
use http::request::Parts;

use crate::problem::{Code, Problem};

/// The one parameter of a path, percent-decoded. What cannot be decoded names nothing.
#[derive(Debug)]
pub struct Path(pub String);

impl<S: Send + Sync> FromRequestParts<S> for Path {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        match axum::extract::Path::<String>::from_request_parts(parts, state).await {
            Ok(axum::extract::Path(text)) => Ok(Self(text)),
            Err(_) => Err(Problem::new(Code::NotFound)),
        }
    }
}
