//! `POST /api/auth/logout`: ends the session that asks, and its sockets.

use axum::{Json, extract::State as Shared};
use serde::Serialize;
use shared::{http::Caller, problem::Problem};

use crate::State;

#[derive(Serialize)]
pub(crate) struct Reply {
    message: &'static str,
}

pub(crate) async fn handle(
    Shared(state): Shared<State>,
    caller: Caller,
) -> Result<Json<Reply>, Problem> {
    let sockets = state.store.end_sessions(caller.user_id, &[caller.session_id]).await?;
    state.pusher.end(&sockets).await;
    Ok(Json(Reply { message: "Logged out." }))
}
