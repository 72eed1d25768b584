//! `POST /api/auth/login`: begins a session.
//!
//! An unknown address and a wrong password take the same calls, the same work and the same answer (I8).

use std::time::Duration;

use axum::{Json, extract::State as Shared};
use serde::Serialize;
use shared::{
    domain::{
        Account, Credential, EmailAddress, Fields, Identity, Password, Session, SessionId, Source,
        Timestamp, attempts::Admission, limits,
    },
    http::{Client, JsonBody},
    protocol::{
        problem::{Code, Problem},
        view::CurrentUser,
    },
    runtime::{entropy, hashing},
    store::{CountError, Counter, Login},
};

use crate::State;

struct Request {
    email: EmailAddress,
    password: Password,
}

#[derive(Serialize)]
pub(crate) struct Reply {
    message: &'static str,
    token: String,
    token_type: &'static str,
    expires_at: Timestamp,
    user: CurrentUser,
}

impl Request {
    fn parse(mut fields: Fields) -> Result<Self, Problem> {
        let email = fields.text("email", EmailAddress::parse);
        let password = fields.text("password", Password::to_compare);
        Ok(fields.finish(|| Some(Self { email: email?, password: password? }))?)
    }
}

pub(crate) async fn handle(
    Shared(state): Shared<State>,
    client: Client,
    JsonBody(fields): JsonBody,
) -> Result<Json<Reply>, Problem> {
    let request = Request::parse(fields)?;

    let (credential, tried) = admit(&state, &request.email, client.source).await?;
    let hash = credential.as_ref().map(|credential| &credential.hash);
    let is_right = hashing::is_right(&request.password, hash).await?;
    let (Some(credential), true) = (credential, is_right) else {
        return Err(fail(&state, &request.email, client.source, tried).await?);
    };

    let now = state.store.clock().now();
    let session = Session {
        id: SessionId::new(now, entropy::number()),
        created_at: now,
        ends_at: now + Duration::from_secs(u64::from(state.settings.session_days) * 24 * 60 * 60),
        user_agent: client
            .user_agent
            .map(|agent| agent.chars().take(limits::USER_AGENT_CHARS).collect()),
    };

    let account = begin(&state, &request, &credential, &session).await?;

    let identity = Identity { user_id: account.user_id, session_id: session.id };
    let token = state.tokens.sign(identity, session.ends_at).await?;
    Ok(Json(Reply {
        message: "Logged in.",
        token,
        token_type: "Bearer",
        expires_at: session.ends_at,
        user: CurrentUser::from(&account),
    }))
}

/// How a try came to be allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Tried {
    /// By a free failure; if it fails, that is counted.
    Free,
    /// After a delay; it is counted as failed already.
    Delayed,
}

/// Looks at an address whose others were faster, at most.
const LOOKS: usize = 4;

/// What is kept under the address, if it and the source may try now. The try is claimed.
async fn admit(
    state: &State,
    email: &EmailAddress,
    source: Option<Source>,
) -> Result<(Option<Credential>, Tried), Problem> {
    let most = state.settings.failed_logins_per_source;
    let check = async {
        match source {
            Some(source) => state.store.check_limit(Counter::FailedLogins(source, most)).await,
            None => Ok(()),
        }
    };
    let (record, of_source) = tokio::join!(state.store.login_record(email), check);
    of_source?;
    let mut record = record?;
    for _ in 0..LOOKS {
        let now = state.store.clock().now();
        let admission = record.attempts.admission(now);
        let tried = match admission {
            Admission::Free { .. } => Tried::Free,
            Admission::Delayed => Tried::Delayed,
            Admission::Wait(wait) => return Err(Problem::wait(Code::TooManyAttempts, wait)),
        };
        if state.store.claim_login(email, record.attempts, admission, now).await? {
            return Ok((record.credential, tried));
        }
        record = state.store.login_record(email).await?;
    }
    Err(Problem::wait(Code::TooManyAttempts, limits::FIRST_LOGIN_DELAY))
}

/// Counts the failure, for the address and for the source.
async fn fail(
    state: &State,
    email: &EmailAddress,
    source: Option<Source>,
    tried: Tried,
) -> Result<Problem, Problem> {
    let of_address = async {
        match tried {
            Tried::Delayed => Ok(()),
            Tried::Free => state.store.count_failed_login(email, state.store.clock().now()).await,
        }
    };
    let of_source = async {
        if let Some(source) = source {
            let most = state.settings.failed_logins_per_source;
            match state.store.limit(Counter::FailedLogins(source, most)).await {
                // Concurrent attempts reached the limit: this one was made, the next is rejected.
                Ok(()) | Err(CountError::LimitReached { .. }) => {}
                Err(CountError::Store(error)) => return Err(error),
            }
        }
        Ok::<_, shared::store::Error>(())
    };
    tokio::try_join!(of_address, of_source)?;
    Ok(Problem::new(Code::InvalidCredentials))
}

/// Begins the session, clears the failures and closes the sockets of sessions that had to end for it.
async fn begin(
    state: &State,
    request: &Request,
    credential: &Credential,
    session: &Session,
) -> Result<Account, Problem> {
    let rehashed = match credential.hash.is_outdated() {
        true => Some(hashing::hash(&request.password).await?),
        false => None,
    };
    let begun = state.store.begin_session(&request.email, credential, session, rehashed.as_ref());
    let (login, account) = tokio::try_join!(begun, state.store.account(credential.user_id))?;
    let (Login::Begun(ended), Some(account)) = (login, account) else {
        return Err(Problem::new(Code::InvalidCredentials));
    };
    state.store.forget_failed_logins(&request.email).await?;
    state.delivery.end(account.user_id, &ended).await;
    Ok(account)
}
