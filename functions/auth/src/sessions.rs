//! `/api/auth/sessions`: lists and ends the caller's sessions.

use axum::{Json, extract::State as Shared};
use serde::Serialize;
use shared::{
    domain::{Identity, SessionId},
    http::{Caller, Path},
    protocol::{
        problem::{Code, Problem},
        view::{Done, Session},
    },
};

use crate::State;

/// The caller's sessions.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "SessionsReply"))]
pub(crate) struct List {
    /// The sessions, newest first.
    #[cfg_attr(feature = "schema", schemars(length(max = shared::domain::limits::SESSIONS)))]
    sessions: Vec<Session>,
}

/// `GET /api/auth/sessions`: lists the caller's sessions, newest first.
pub(crate) async fn list(
    Shared(state): Shared<State>,
    caller: Caller,
) -> Result<Json<List>, Problem> {
    let sessions = state.store.sessions(caller.user_id).await?;
    let sessions = sessions.iter().rev().map(|s| Session::new(s, caller.session_id)).collect();
    Ok(Json(List { sessions }))
}

/// `DELETE /api/auth/sessions/{id}`: ends one of the caller's sessions. It may be the current one.
pub(crate) async fn end(
    Shared(state): Shared<State>,
    caller: Caller,
    Path(id): Path,
) -> Result<Json<Done>, Problem> {
    let not_found = || Problem::new(Code::NotFound);
    let session_id: SessionId = id.parse().map_err(|_| not_found())?;
    // The key has the caller's user id, so a session of another user is not found.
    let identity = Identity { session_id, ..caller.identity() };
    state.store.session(identity).await?.ok_or_else(not_found)?;
    let ended = state.store.end_sessions(caller.user_id, &[session_id]).await?;
    state.delivery.end(caller.user_id, &ended).await;
    Ok(Json(Done { message: "The session has ended." }))
}

/// `DELETE /api/auth/sessions`: ends all of the caller's sessions except the current one.
pub(crate) async fn end_others(
    Shared(state): Shared<State>,
    caller: Caller,
) -> Result<Json<Done>, Problem> {
    let sessions = state.store.sessions(caller.user_id).await?;
    let others: Vec<SessionId> =
        sessions.iter().map(|session| session.id).filter(|id| *id != caller.session_id).collect();
    let ended = state.store.end_sessions(caller.user_id, &others).await?;
    state.delivery.end(caller.user_id, &ended).await;
    Ok(Json(Done { message: "All other sessions have ended." }))
}
