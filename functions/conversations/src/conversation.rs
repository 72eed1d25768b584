//! `GET /api/conversations/{id}`: one conversation, with all its members.

use axum::{Json, extract::State as Shared};
use serde::Serialize;
use shared::{
    chat,
    http::{Caller, Path},
    problem::Problem,
    protocol::view,
};

use crate::State;

#[derive(Serialize)]
pub(crate) struct Reply {
    conversation: view::Conversation,
}

pub(crate) async fn handle(
    Shared(state): Shared<State>,
    caller: Caller,
    Path(id): Path,
) -> Result<Json<Reply>, Problem> {
    let id = crate::conversation_id(&id)?;
    let window = chat::enter(&state.store, &id, caller.user_id, 1).await?;
    let conversation = chat::show(&state.store, &window, caller.user_id).await?;
    Ok(Json(Reply { conversation }))
}
