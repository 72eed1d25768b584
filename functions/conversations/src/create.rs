//! `POST /api/conversations`: creates a group or a direct conversation. Returns the direct conversation if it already exists.

use axum::{Json, extract::State as Shared};
use http::StatusCode;
use shared::{
    chat::{self, Snapshot},
    domain::{
        Conversation, ConversationId, Fields, Invalid, Kind, Title, UserId, limits, plan::Refusal,
    },
    http::{Caller, JsonBody},
    protocol::{
        frame::Event,
        problem::{Code, Problem},
    },
    push::Pushes,
    runtime::entropy,
    store::Counter,
};

use crate::{
    State,
    add::existing_users,
    conversation::{self, Reply},
};

enum Request {
    Direct { partner: UserId },
    Group { title: Title, others: Vec<String> },
}

impl Request {
    fn parse(mut fields: Fields, caller: Caller) -> Result<Self, Problem> {
        let kind = fields.text("kind", |kind| match kind {
            "direct" => Ok(Kind::Direct),
            "group" => Ok(Kind::Group),
            _ => Err("must be \"direct\" or \"group\""),
        });
        match kind {
            Some(Kind::Group) => Ok(Self::group(fields)?),
            Some(Kind::Direct) => Self::direct(fields, caller),
            None => Ok(fields.finish(|| None)?),
        }
    }

    fn direct(mut fields: Fields, caller: Caller) -> Result<Self, Problem> {
        let text = fields.text("user_id", |text| match text {
            "" => Err("must not be empty"),
            text => Ok(text.to_owned()),
        });
        if text.as_deref() == Some(&*caller.user_id.to_string()) {
            fields.error("user_id", "must be another user");
        }
        let text = fields.finish(|| text)?;
        // A malformed id belongs to no user.
        let partner = text.parse().map_err(|_| Problem::new(Code::UserNotFound))?;
        Ok(Self::Direct { partner })
    }

    fn group(mut fields: Fields) -> Result<Self, Invalid> {
        let title = fields.text("title", Title::parse);
        let others = fields.texts("user_ids", (0, limits::MEMBERS));
        fields.finish(|| Some(Self::Group { title: title?, others: others? }))
    }
}

pub(crate) async fn handle(
    Shared(state): Shared<State>,
    caller: Caller,
    JsonBody(fields): JsonBody,
) -> Result<(StatusCode, Json<Reply>), Problem> {
    let request = Request::parse(fields, caller)?;
    let (me, store) = (caller.user_id, &state.store);

    let now = store.clock().now();
    let conversation = match request {
        Request::Direct { partner } => {
            let conversation = Conversation::direct(me, partner, now);
            if let Some(window) = store.window(&conversation.id, 1, true).await? {
                let conversation = chat::show(store, &window, me).await?;
                return Ok((StatusCode::OK, Json(Reply { conversation })));
            }
            if store.account(partner).await?.is_none() {
                return Err(Problem::new(Code::UserNotFound));
            }
            conversation
        }
        Request::Group { title, others } => {
            let others = existing_users(store, &others).await?;
            let id = ConversationId::group(now, entropy::number());
            let group = Conversation::group(id, title, me, &others, now);
            if group.members.len() > limits::MEMBERS {
                return Err(Refusal::Full.into());
            }
            group
        }
    };
    store.limit(Counter::Conversations(me)).await?;

    let is_new = store.create_conversation(&conversation).await?;

    if !is_new {
        let Json(reply) = conversation::show(&state, &conversation.id, me).await?;
        return Ok((StatusCode::OK, Json(reply)));
    }
    let snapshot = Snapshot::for_new(store, &conversation).await?;
    let view = snapshot.view_for(me).ok_or_else(|| Problem::new(Code::NotFound))?;
    // A new conversation has no messages, so all members see the same.
    let event = Event::conversation(view.clone());
    let pushes = Pushes::to_members(&conversation, None).and(conversation.user_ids(), event);
    state.delivery.push(pushes, None).await;
    Ok((StatusCode::CREATED, Json(Reply { conversation: view })))
}
