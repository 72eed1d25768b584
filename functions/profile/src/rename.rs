//! `PATCH /api/profile`: gives oneself another name.

use axum::{Json, extract::State as Shared};
use shared::{
    domain::{Fields, Name, limits},
    http::{Caller, JsonBody},
    problem::{Code, Problem},
    protocol::view::Oneself,
    store::Counter,
};

use crate::{State, profile::Reply};

struct Request {
    name: Name,
}

impl Request {
    fn parse(mut fields: Fields) -> Result<Self, Problem> {
        let name = fields.text("name", Name::parse);
        let Some(name) = name else { return Err(fields.refuse().into()) };
        Ok(Self { name })
    }
}

pub(crate) async fn handle(
    Shared(state): Shared<State>,
    caller: Caller,
    JsonBody(fields): JsonBody,
) -> Result<Json<Reply>, Problem> {
    let Request { name } = Request::parse(fields)?;

    let counter = Counter::Renames(caller.user_id);
    let counted = state.store.count(counter, limits::RENAMES).await?;
    counted.map_err(|over| Problem::wait(Code::TooManyRenames, over.retry_after))?;

    let account = state.store.rename(caller.user_id, &name).await?;
    let account = account.ok_or_else(|| Problem::new(Code::InvalidToken))?;
    Ok(Json(Reply { user: Oneself::from(&account) }))
}
