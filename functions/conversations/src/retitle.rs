//! `PATCH /api/conversations/{id}`: changes the title of a group.

use axum::{Json, extract::State as Shared};
use shared::{
    chat,
    domain::{Intent, Title},
    http::{JsonBody, Path, UnverifiedCaller},
    protocol::problem::Problem,
};

use crate::{
    State,
    append::append,
    conversation::{self, Reply},
};

pub(crate) async fn handle(
    Shared(state): Shared<State>,
    caller: UnverifiedCaller,
    Path(id): Path,
    JsonBody(mut fields): JsonBody,
) -> Result<Json<Reply>, Problem> {
    let title = fields.text("title", Title::parse);
    let intent = fields.finish(|| title).map(Intent::Retitle).map_err(Problem::from);

    let (caller, appended) = append(&state, &caller, crate::parse_parameter(&id), intent).await?;

    chat::announce(&state.delivery, &appended, None).await;
    conversation::show(&state, &appended.conversation.id, caller.user_id).await
}
