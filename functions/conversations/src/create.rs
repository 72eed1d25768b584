//! `POST /api/conversations`: makes a conversation, or finds the direct one that stands already.

use axum::{Json, extract::State as Shared};
use http::StatusCode;
use serde::Serialize;
use shared::{
    chat,
    domain::{Conversation, Fields, UserId, limits},
    http::{Caller, JsonBody},
    problem::{Code, Problem},
    protocol::{frame::Event, view},
    push,
    store::Counter,
};

use crate::State;

struct Request {
    partner: UserId,
}

#[derive(Serialize)]
pub(crate) struct Reply {
    conversation: view::Conversation,
}

impl Request {
    fn parse(mut fields: Fields, caller: Caller) -> Result<Self, Problem> {
        let kind = fields.text("kind", |kind| match kind {
            "direct" => Ok(()),
            _ => Err("must be \"direct\""),
        });
        let text = fields.text("user_id", |text| match text {
            "" => Err("must not be empty"),
            text => Ok(text.to_owned()),
        });
        if text.as_deref() == Some(&*caller.user_id.to_string()) {
            fields.fault("user_id", "must be somebody else");
        }
        let (Some(()), Some(text), true) = (kind, text, fields.is_valid()) else {
            return Err(fields.refuse().into());
        };
        // What cannot be a user's id is no user's.
        let partner = text.parse().map_err(|_| Problem::new(Code::UserNotFound))?;
        Ok(Self { partner })
    }
}

pub(crate) async fn handle(
    Shared(state): Shared<State>,
    caller: Caller,
    JsonBody(fields): JsonBody,
) -> Result<(StatusCode, Json<Reply>), Problem> {
    let Request { partner } = Request::parse(fields, caller)?;
    let (me, store) = (caller.user_id, &state.store);

    let conversation = Conversation::direct(me, partner, store.clock().now());
    if let Some(window) = store.window(&conversation.id, 1, true).await? {
        let conversation = chat::show(store, &window, me).await?;
        return Ok((StatusCode::OK, Json(Reply { conversation })));
    }
    if store.account(partner).await?.is_none() {
        return Err(Problem::new(Code::UserNotFound));
    }
    let counter = Counter::Conversations(me);
    let counted = store.count(counter, limits::CONVERSATIONS_PER_ACCOUNT).await?;
    counted.map_err(|over| Problem::wait(Code::TooManyConversations, over.retry_after))?;

    let is_new = store.create_conversation(&conversation).await?;

    let window = store.window(&conversation.id, 1, true).await?;
    let window = window.ok_or_else(|| Problem::new(Code::NotFound))?;
    let conversation = chat::show(store, &window, me).await?;
    if !is_new {
        return Ok((StatusCode::OK, Json(Reply { conversation })));
    }
    let event = Event::Conversation(Box::new(conversation.clone()));
    push::fan_out(store, &state.pusher, &[me, partner], event, None).await;
    Ok((StatusCode::CREATED, Json(Reply { conversation })))
}
