//! What the gateway knows about a request: its id, its source, and the user agent.

use axum::extract::FromRequestParts;
use http::{Extensions, request::Parts};
use lambda_http::request::RequestContext;

use crate::domain::Source;

/// The client of a request, as the gateway sees it. A client can choose only the user agent.
#[derive(Debug, Clone, Default)]
pub struct Client {
    /// The gateway's id of the request.
    pub request_id: String,
    /// The source of the request: an IP address or network.
    pub source: Option<Source>,
    /// The client's `User-Agent`.
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
