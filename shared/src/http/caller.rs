//! Who calls: a token is believed by its signature, and holds only once its session's row was seen.

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

/// What is needed to tell who calls.
#[derive(Debug, Clone)]
pub struct Authenticator {
    /// The sessions.
    pub store: Store,
    /// The tokens.
    pub tokens: Tokens,
}

/// A caller whose token is good and whose session was not looked at yet: may do nothing.
///
/// A handler that reads something at the same time takes this and looks at what it read only after [`UnverifiedCaller::confirm`].
#[derive(Debug, Clone)]
pub struct UnverifiedCaller {
    identity: Identity,
    authenticator: Authenticator,
}

/// A caller whose session stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Caller {
    /// The user.
    pub user_id: UserId,
    /// The session.
    pub session_id: SessionId,
}

impl Caller {
    /// Both, as one.
    pub fn identity(self) -> Identity {
        Identity { user_id: self.user_id, session_id: self.session_id }
    }
}

impl UnverifiedCaller {
    /// Looks at the session's row, with consistency (I5).
    ///
    /// # Errors
    /// [`Code::InvalidToken`] where the session has ended.
    pub async fn confirm(&self) -> Result<Caller, Problem> {
        let Identity { user_id, session_id } = self.identity;
        match self.authenticator.store.session(self.identity).await? {
            Some(_) => Ok(Caller { user_id, session_id }),
            None => Err(Problem::new(Code::InvalidToken)),
        }
    }
}

/// Lets a request through whose token is good.
pub(super) async fn require_token(
    State(authenticator): State<Authenticator>,
    mut request: Request,
    next: Next,
) -> Response {
    // Not the request itself: its body may not be shared between threads.
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
