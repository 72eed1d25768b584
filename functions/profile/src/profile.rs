//! `GET /api/profile`: returns the caller's profile.

use axum::{Json, extract::State as Shared};
use serde::Serialize;
use shared::{
    chat,
    http::Caller,
    protocol::{problem::Problem, view::CurrentUser},
};

use crate::State;

/// The current user.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "CurrentUserReply"))]
pub(crate) struct Reply {
    /// The user.
    pub(crate) user: CurrentUser,
}

pub(crate) async fn handle(
    Shared(state): Shared<State>,
    caller: Caller,
) -> Result<Json<Reply>, Problem> {
    let user = chat::current_user(&state.store, caller.user_id).await?;
    Ok(Json(Reply { user }))
}
