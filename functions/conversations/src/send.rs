//! `POST /api/conversations/{id}/messages`: sends a message, once however often it is asked for.

use axum::{Json, extract::State as Shared};
use http::StatusCode;
use serde::Serialize;
use shared::{
    chat,
    domain::{Draft, Message},
    entropy,
    http::{Claimed, JsonBody, Path},
    problem::Problem,
    protocol::view,
};

use crate::State;

#[derive(Serialize)]
pub(crate) struct Reply {
    message: view::Message,
}

pub(crate) async fn handle(
    Shared(state): Shared<State>,
    claimed: Claimed,
    Path(id): Path,
    JsonBody(mut fields): JsonBody,
) -> Result<(StatusCode, Json<Reply>), Problem> {
    let id = crate::conversation_id(&id);
    let message = Message::parse(&mut fields);

    // At once, since neither needs the other; nothing that was read is looked at before both are there.
    let first_look = async {
        match &id {
            Ok(id) => Ok(state.store.first_look(id).await?),
            Err(problem) => Err(problem.clone()),
        }
    };
    let (caller, first_look) = tokio::join!(claimed.confirm(), first_look);
    let (caller, id) = (caller?, id?);
    let Some(message) = message else { return Err(fields.refuse().into()) };

    let draft = Draft { sender_id: caller.user_id, message, write_id: entropy::short() };
    let most = state.settings.entries_per_sender;
    let appended = state.store.append(&id, first_look?, &draft, most).await?;

    let message = view::Message::new(&appended.entry);
    if appended.duplicate {
        chat::mend_head(&state.store, &appended).await;
        return Ok((StatusCode::OK, Json(Reply { message })));
    }
    chat::tell_entry(&state.store, &state.pusher, &appended, None).await;
    Ok((StatusCode::CREATED, Json(Reply { message })))
}
