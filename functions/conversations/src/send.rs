//! `POST /api/conversations/{id}/messages`: sends a message. A repeated request adds nothing (I2).

use axum::{Json, extract::State as Shared};
use http::StatusCode;
use shared::{
    chat,
    domain::{Intent, Message},
    http::{JsonBody, Path, UnverifiedCaller},
    protocol::problem::Problem,
};

use crate::{
    State,
    append::{MessageReply, append},
};

pub(crate) async fn handle(
    Shared(state): Shared<State>,
    caller: UnverifiedCaller,
    Path(id): Path,
    JsonBody(mut fields): JsonBody,
) -> Result<(StatusCode, Json<MessageReply>), Problem> {
    let message = Message::parse(&mut fields);
    let intent = fields.finish(|| message).map(Intent::Send).map_err(Problem::from);

    let (caller, appended) = append(&state, &caller, crate::parse_parameter(&id), intent).await?;

    chat::announce(&state.delivery, &appended, None).await;
    let status = if appended.duplicate { StatusCode::OK } else { StatusCode::CREATED };
    Ok((status, Json(MessageReply { message: chat::message(&appended, caller.user_id)? })))
}
