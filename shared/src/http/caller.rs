//! Authenticates callers. A valid signature is not enough: the session's row must also exist.

use axum::{
    extract::{FromRequestParts, Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};
use http::request::Parts;

use crate::{
    domain::{Identity, SessionId, UserId},
    protocol::problem::{Code, Problem},
    secrets::{Tokens, tokens},
    store::Store,
};

/// Authenticates requests.
#[derive(Debug, Clone)]
pub struct Authenticator {
    /// Reads the sessions.
    pub store: Store,
    /// Verifies the tokens.
    pub tokens: Tokens,
}

/// A caller with a valid token, whose session is not confirmed yet. It has no rights.
///
/// A handler uses it to read something while the session is confirmed. The handler must not use what it read before
/// [`UnverifiedCaller::confirm`] returns.
#[derive(Debug, Clone)]
pub struct UnverifiedCaller {
    identity: Identity,
    authenticator: Authenticator,
}

/// A caller whose session exists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Caller {
    /// The user.
    pub user_id: UserId,
    /// The session.
    pub session_id: SessionId,
}

impl Caller {
    /// The user and the session, as one value.
    pub fn identity(self) -> Identity {
        Identity { user_id: self.user_id, session_id: self.session_id }
    }
}

impl UnverifiedCaller {
    /// Reads the session's row, consistently (I5).
    ///
    /// # Errors
    /// [`Code::InvalidToken`] if the session has ended.
    pub async fn confirm(&self) -> Result<Caller, Problem> {
        let Identity { user_id, session_id } = self.identity;
        match self.authenticator.store.session(self.identity).await? {
            Some(_) => Ok(Caller { user_id, session_id }),
            None => Err(Problem::new(Code::InvalidToken)),
        }
    }
}

/// Rejects a request without a valid token.
pub(super) async fn require_token(
    State(authenticator): State<Authenticator>,
    mut request: Request,
    next: Next,
) -> Response {
    // The future borrows only the headers, because the body cannot be shared between threads.
    let headers = request.headers();
    let unverified = async {
        let token = tokens::bearer(headers)?;
        let identity = authenticator.tokens.verify(token).await?;
        Ok::<_, Problem>(UnverifiedCaller { identity, authenticator: authenticator.clone() })
    };
    match unverified.await {
        Ok(unverified) => {
            request.extensions_mut().insert(unverified);
            next.run(request).await
        }
        Err(problem) => problem.into_response(),
    }
}

impl<S: Send + Sync> FromRequestParts<S> for UnverifiedCaller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        parts.extensions.get::<Self>().cloned().ok_or_else(|| Problem::new(Code::Unauthenticated))
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        UnverifiedCaller::from_request_parts(parts, state).await?.confirm().await
    }
}
