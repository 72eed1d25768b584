//! `DELETE /api/conversations/{id}/members/{user_id}`: leaves a group, or removes another member. Only admins may remove others.

use axum::{Json, extract::State as Shared};
use shared::{
    chat,
    domain::Intent,
    http::{Path, UnverifiedCaller},
    protocol::{problem::Problem, view::Done},
};

use crate::{State, append::append};

pub(crate) async fn handle(
    Shared(state): Shared<State>,
    caller: UnverifiedCaller,
    Path((id, user_id)): Path<(String, String)>,
) -> Result<Json<Done>, Problem> {
    let intent = crate::parse_parameter(&user_id).map(|user_id| Intent::Remove { user_id });

    let (_, appended) = append(&state, &caller, crate::parse_parameter(&id), intent).await?;

    chat::announce(&state.delivery, &appended, None).await;
    Ok(Json(Done { message: "Removed." }))
}
