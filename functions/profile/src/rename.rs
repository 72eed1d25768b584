//! `PATCH /api/profile`: gives oneself another name.

use axum::{Json, extract::State as Shared};
use shared::{
    domain::{Fields, Name},
    http::{Caller, JsonBody},
    problem::{Code, Problem},
    protocol::view::Oneself,
};

use crate::{
    State,
    profile::{Reply, account},
};

/// Looks at an account that another request renamed meanwhile, at most.
const LOOKS: usize = 8;

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

    for _ in 0..LOOKS {
        let mut account = account(&state.store, caller).await?;
        if state.store.rename(&account, &name).await?.is_some() {
            account.name = name;
            return Ok(Json(Reply { user: Oneself::from(&account) }));
        }
    }
    Err(Problem::wait(Code::Unavailable, std::time::Duration::from_secs(1)))
}
