//! `POST /api/auth/logout`: ends the current session and closes its sockets.

use axum::{Json, extract::State as Shared};
use serde::Serialize;
use shared::{http::Caller, protocol::problem::Problem};

use crate::State;

#[derive(Serialize)]
pub(crate) struct Reply {
    message: &'static str,
}

pub(crate) async fn handle(
    Shared(state): Shared<State>,
    caller: Caller,
) -> Result<Json<Reply>, Problem> {
    let ended = state.store.end_sessions(caller.user_id, &[caller.session_id]).await?;
    state.delivery.end(caller.user_id, &ended).await;
    Ok(Json(Reply { message: "Logged out." }))
}
