//! `GET /api/profile`: oneself.

use axum::{Json, extract::State as Shared};
use serde::Serialize;
use shared::{
    http::Caller,
    problem::{Code, Problem},
    protocol::view::Oneself,
};

use crate::State;

#[derive(Serialize)]
pub(crate) struct Reply {
    pub(crate) user: Oneself,
}

pub(crate) async fn handle(
    Shared(state): Shared<State>,
    caller: Caller,
) -> Result<Json<Reply>, Problem> {
    let account = state.store.account(caller.user_id).await?;
    let account = account.ok_or_else(|| Problem::new(Code::InvalidToken))?;
    Ok(Json(Reply { user: Oneself::from(&account) }))
}
