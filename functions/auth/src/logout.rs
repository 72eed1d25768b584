//! `POST /api/auth/logout`: ends the current session and closes its sockets.

use axum::{Json, extract::State as Shared};
use shared::{
    http::Caller,
    protocol::{problem::Problem, view::Done},
};

use crate::State;

pub(crate) async fn handle(
    Shared(state): Shared<State>,
    caller: Caller,
) -> Result<Json<Done>, Problem> {
    let ended = state.store.end_sessions(caller.user_id, &[caller.session_id]).await?;
    state.delivery.end(caller.user_id, &ended).await;
    Ok(Json(Done { message: "Logged out." }))
}
