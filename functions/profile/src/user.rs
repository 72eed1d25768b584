//! `GET /api/profile/users/{id}`: one user. Only their owner is shown the address.

use axum::{Json, extract::State as Shared};
use serde::Serialize;
use shared::{
    domain::UserId,
    http::{Caller, Path},
    protocol::{
        problem::{Code, Problem},
        view::{CurrentUser, User},
    },
};

use crate::State;

#[derive(Serialize)]
pub(crate) struct Reply {
    user: Shown,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Shown {
    CurrentUser(CurrentUser),
    Other(User),
}

pub(crate) async fn handle(
    Shared(state): Shared<State>,
    caller: Caller,
    Path(id): Path,
) -> Result<Json<Reply>, Problem> {
    let not_found = || Problem::new(Code::NotFound);
    let user_id: UserId = id.parse().map_err(|_| not_found())?;
    let account = state.store.account(user_id).await?.ok_or_else(not_found)?;
    let user = match user_id == caller.user_id {
        true => Shown::CurrentUser(CurrentUser::from(&account)),
        false => Shown::Other(User::from(&account)),
    };
    Ok(Json(Reply { user }))
}
