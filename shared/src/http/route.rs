//! Routes as data. The router, the local gateway, the tests and the API document read the same list.

use axum::{Router, middleware, routing::MethodRouter};
use http::Method;
use tower::util::MapRequest;

use super::{Authenticator, answer, caller, path};
use crate::protocol::problem::{Code, Problem};

/// Who may call a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Any client.
    Public,
    /// A client with the token of a session that has not ended.
    SignedIn,
}

/// An endpoint.
#[derive(Debug, Clone)]
pub struct Route<S> {
    /// The HTTP method.
    pub method: Method,
    /// The path, with parameters in braces.
    pub path: &'static str,
    /// The clients that may call it.
    pub access: Access,
    /// The handler.
    pub handler: MethodRouter<S>,
}

impl<S> Route<S> {
    /// An endpoint that any client may call.
    pub fn public(method: Method, path: &'static str, handler: MethodRouter<S>) -> Self {
        Self { method, path, access: Access::Public, handler }
    }

    /// An endpoint that requires a session.
    pub fn signed_in(method: Method, path: &'static str, handler: MethodRouter<S>) -> Self {
        Self { method, path, access: Access::SignedIn, handler }
    }
}

/// The router of a group. It requires a valid token on every route that is not public, whatever the handler does.
pub fn router<S: Clone + Send + std::marker::Sync + 'static>(
    routes: Vec<Route<S>>,
    authenticator: Authenticator,
    state: S,
) -> Router {
    let mut router = Router::new();
    for route in routes {
        let handler = match route.access {
            Access::Public => route.handler,
            Access::SignedIn => route.handler.layer(middleware::from_fn_with_state(
                authenticator.clone(),
                caller::require_token,
            )),
        };
        router = router.route(route.path, handler);
    }
    let router: Router = router
        .fallback(async || Problem::new(Code::NotFound))
        .method_not_allowed_fallback(async || Problem::new(Code::MethodNotAllowed))
        .layer(middleware::from_fn(answer::finish))
        .with_state(state);
    Router::new().fallback_service(MapRequest::new(router, path::as_sent))
}
