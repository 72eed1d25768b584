//! `POST /api/conversations/{id}/messages`: sends a message, once however often it is asked for.

use axum::{Json, extract::State as Shared};
use http::StatusCode;
use shared::{
    chat,
    domain::{Intent, Message},
    http::{Claimed, JsonBody, Path},
    problem::Problem,
};

use crate::{
    State,
    append::{Changed, append},
};

pub(crate) async fn handle(
    Shared(state): Shared<State>,
    claimed: Claimed,
    Path(id): Path,
    JsonBody(mut fields): JsonBody,
) -> Result<(StatusCode, Json<Changed>), Problem> {
    let message = Message::parse(&mut fields);
    let intent = message.map(Intent::Send).ok_or_else(|| fields.refuse().into());

    let (caller, appended) = append(&state, &claimed, crate::named(&id), intent).await?;

    chat::tell(&state.store, &state.pusher, &appended, None).await;
    let status = if appended.duplicate { StatusCode::OK } else { StatusCode::CREATED };
    Ok((status, Json(Changed { message: chat::message(&appended, caller.user_id)? })))
}
