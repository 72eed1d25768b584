//! `PUT /api/conversations/{id}/read`: moves the caller's read mark forward.

use axum::{Json, extract::State as Shared};
use shared::{
    chat,
    http::{Caller, JsonBody, Path},
    protocol::{frame::ReadMark, problem::Problem},
};

use crate::State;

pub(crate) async fn handle(
    Shared(state): Shared<State>,
    caller: Caller,
    Path(id): Path,
    JsonBody(mut fields): JsonBody,
) -> Result<Json<ReadMark>, Problem> {
    let id = crate::parse_parameter(&id)?;
    let seq = fields.number("seq", 0);
    let seq = fields.finish(|| seq)?;

    let (mark, pushes) = chat::read(&state.store, &id, caller.user_id, seq).await?;

    if let Some(pushes) = pushes {
        state.delivery.push(pushes, None).await;
    }
    Ok(Json(mark))
}
