//! What the gateway says of a request: its id, where it came from, and what sent it.

use axum::extract::FromRequestParts;
use http::{Extensions, request::Parts};
use lambda_http::request::RequestContext;

use crate::domain::Source;

/// The request, as the gateway saw it. None of it is the client's to choose but the user agent.
#[derive(Debug, Clone, Default)]
pub struct Client {
    /// The gateway's id of the request.
    pub request_id: String,
    /// Where it came from.
    pub source: Option<Source>,
    /// What sent it, as it says.
    pub user_agent: Option<String>,
}

impl Client {
    /// Reads the gateway's context.
    pub(super) fn of(extensions: &Extensions) -> Self {
        let Some(RequestContext::ApiGatewayV2(context)) = extensions.get::<RequestContext>() else {
            return Self::default();
        };
        Self {
            request_id: context.request_id.clone().unwrap_or_default(),
            source: context.http.source_ip.as_deref().and_then(Source::parse),
            user_agent: context.http.user_agent.clone().filter(|agent| !agent.is_empty()),
        }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Client {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        Ok(Self::of(&parts.extensions))
    }
}
