//! `PATCH /api/profile`: changes the caller's name.

use axum::{Json, extract::State as Shared};
use shared::{
    domain::{Fields, Name},
    http::{Caller, JsonBody},
    protocol::{
        problem::{Code, Problem},
        view::CurrentUser,
    },
    store::Counter,
};

use crate::{State, profile::Reply};

struct Request {
    name: Name,
}

impl Request {
    fn parse(mut fields: Fields) -> Result<Self, Problem> {
        let name = fields.text("name", Name::parse);
        Ok(fields.finish(|| Some(Self { name: name? }))?)
    }
}

pub(crate) async fn handle(
    Shared(state): Shared<State>,
    caller: Caller,
    JsonBody(fields): JsonBody,
) -> Result<Json<Reply>, Problem> {
    let Request { name } = Request::parse(fields)?;

    state.store.limit(Counter::Renames(caller.user_id)).await?;

    let account = state.store.rename(caller.user_id, &name).await?;
    let account = account.ok_or_else(|| Problem::new(Code::InvalidToken))?;
    Ok(Json(Reply { user: CurrentUser::from(&account) }))
}
