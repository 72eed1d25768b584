//! `GET /api/auth/validate`: checks the token and returns its user.

use axum::{Json, extract::State as Shared};
use shared::{chat, http::Caller, protocol::problem::Problem};

use crate::{State, register::Reply};

pub(crate) async fn handle(
    Shared(state): Shared<State>,
    caller: Caller,
) -> Result<Json<Reply>, Problem> {
    let user = chat::current_user(&state.store, caller.user_id).await?;
    Ok(Json(Reply { message: "The token is valid.", user }))
}
