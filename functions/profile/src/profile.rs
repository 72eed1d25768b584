//! `GET /api/profile`: oneself.

use axum::{Json, extract::State as Shared};
use serde::Serialize;
use shared::{
    http::Caller,
    protocol::{
        problem::{Code, Problem},
        view::CurrentUser,
    },
};

use crate::State;

#[derive(Serialize)]
pub(crate) struct Reply {
    pub(crate) user: CurrentUser,
}

pub(crate) async fn handle(
    Shared(state): Shared<State>,
    caller: Caller,
) -> Result<Json<Reply>, Problem> {
    let account = state.store.account(caller.user_id).await?;
    let account = account.ok_or_else(|| Problem::new(Code::InvalidToken))?;
    Ok(Json(Reply { user: CurrentUser::from(&account) }))
}
