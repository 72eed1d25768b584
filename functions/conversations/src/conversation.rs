//! `GET /api/conversations/{id}`: returns one conversation, with all its members.

use axum::{Json, extract::State as Shared};
use serde::Serialize;
use shared::{
    chat,
    domain::{ConversationId, UserId},
    http::{Caller, Path},
    protocol::{problem::Problem, view},
};

use crate::State;

/// A conversation with all its members.
#[derive(Serialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "ConversationReply")
)]
pub(crate) struct Reply {
    /// The conversation.
    pub(crate) conversation: view::Conversation,
}

pub(crate) async fn handle(
    Shared(state): Shared<State>,
    caller: Caller,
    Path(id): Path,
) -> Result<Json<Reply>, Problem> {
    show(&state, &crate::parse_parameter(&id)?, caller.user_id).await
}

/// Returns a conversation in its current state, as a member sees it.
pub(crate) async fn show(
    state: &State,
    id: &ConversationId,
    user_id: UserId,
) -> Result<Json<Reply>, Problem> {
    let window = chat::enter(&state.store, id, user_id, 1).await?;
    let conversation = chat::show(&state.store, &window, user_id).await?;
    Ok(Json(Reply { conversation }))
}
