//! `POST /api/auth/login`: begins a session.
//!
//! For an unknown address and a wrong password, the calls, the work and the response are the same (I8).

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

/// A new session and its token.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "LoginReply"))]
pub(crate) struct Reply {
    /// A text for people. May change.
    message: &'static str,
    /// The token of the session. Opaque.
    token: String,
    #[cfg_attr(feature = "schema", schemars(extend("const" = "Bearer")))]
    token_type: &'static str,
    /// When the session expires.
    expires_at: Timestamp,
    /// The user.
    user: CurrentUser,
}

impl Request {
    fn parse(mut fields: Fields) -> Result<Self, Problem> {
        let email = fields.text("email", EmailAddress::parse);
        let password = fields.text("password", Password::parse_existing);
        Ok(fields.finish(|| Some(Self { email: email?, password: password? }))?)
    }
}

pub(crate) async fn handle(
    Shared(state): Shared<State>,
    client: Client,
    JsonBody(fields): JsonBody,
) -> Result<Json<Reply>, Problem> {
    let request = Request::parse(fields)?;

    let (credential, attempt) = admit(&state, &request.email, client.source).await?;
    let hash = credential.as_ref().map(|credential| &credential.hash);
    let is_correct = hashing::verify(&request.password, hash).await?;
    let (Some(credential), true) = (credential, is_correct) else {
        return Err(count_failure(&state, &request.email, client.source, attempt).await?);
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

    let account = begin_session(&state, &request, &credential, &session).await?;

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

/// Why an attempt was admitted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Attempt {
    /// Free failures were left. A failure of this attempt must still be counted.
    Free,
    /// A delay had passed. The attempt already counts as failed.
    Delayed,
}

/// Attempts to claim a login while other logins of the same address compete.
const ATTEMPTS: usize = 4;

/// Claims a login attempt, if the address and the source may try now. Returns the credential of the address.
async fn admit(
    state: &State,
    email: &EmailAddress,
    source: Option<Source>,
) -> Result<(Option<Credential>, Attempt), Problem> {
    let limit = state.settings.failed_logins_per_source;
    let check = async {
        match source {
            Some(source) => state.store.check_limit(Counter::FailedLogins(source, limit)).await,
            None => Ok(()),
        }
    };
    let (record, checked) = tokio::join!(state.store.login_record(email), check);
    checked?;
    let mut record = record?;
    for _ in 0..ATTEMPTS {
        let now = state.store.clock().now();
        let admission = record.attempts.admission(now);
        let attempt = match admission {
            Admission::Free { .. } => Attempt::Free,
            Admission::Delayed => Attempt::Delayed,
            Admission::Wait(wait) => return Err(Problem::wait(Code::TooManyAttempts, wait)),
        };
        if state.store.claim_login(email, record.attempts, admission, now).await? {
            return Ok((record.credential, attempt));
        }
        record = state.store.login_record(email).await?;
    }
    Err(Problem::wait(Code::TooManyAttempts, limits::FIRST_LOGIN_DELAY))
}

/// Counts the failure for the address and for the source. Returns the error for the client.
async fn count_failure(
    state: &State,
    email: &EmailAddress,
    source: Option<Source>,
    attempt: Attempt,
) -> Result<Problem, Problem> {
    let address_count = async {
        match attempt {
            Attempt::Delayed => Ok(()),
            Attempt::Free => state.store.count_failed_login(email, state.store.clock().now()).await,
        }
    };
    let source_count = async {
        if let Some(source) = source {
            let limit = state.settings.failed_logins_per_source;
            match state.store.limit(Counter::FailedLogins(source, limit)).await {
                // Concurrent attempts reached the limit. This attempt was already made; the next one is rejected.
                Ok(()) | Err(CountError::LimitReached { .. }) => {}
                Err(CountError::Store(error)) => return Err(error),
            }
        }
        Ok::<_, shared::store::Error>(())
    };
    tokio::try_join!(address_count, source_count)?;
    Ok(Problem::new(Code::InvalidCredentials))
}

/// Begins the session, clears the failed logins, and closes the sockets of older sessions that ended because of the limit.
async fn begin_session(
    state: &State,
    request: &Request,
    credential: &Credential,
    session: &Session,
) -> Result<Account, Problem> {
    let rehashed = match credential.hash.is_outdated() {
        true => Some(hashing::hash(&request.password).await?),
        false => None,
    };
    let login = state.store.begin_session(&request.email, credential, session, rehashed.as_ref());
    let (login, account) = tokio::try_join!(login, state.store.account(credential.user_id))?;
    let (Login::Started(ended), Some(account)) = (login, account) else {
        return Err(Problem::new(Code::InvalidCredentials));
    };
    state.store.forget_failed_logins(&request.email).await?;
    state.delivery.end(account.user_id, &ended).await;
    Ok(account)
}
