//! `GET /api/profile`: oneself.

use axum::{Json, extract::State as Shared};
use serde::Serialize;
use shared::{
    domain::Account,
    http::Caller,
    problem::{Code, Problem},
    protocol::view::Oneself,
    store::Store,
};

use crate::State;

#[derive(Serialize)]
pub(crate) struct Reply {
    pub(crate) user: Oneself,
}

/// The account of whoever calls.
pub(crate) async fn account(store: &Store, caller: Caller) -> Result<Account, Problem> {
    let account = store.account(caller.user_id).await?;
    account.ok_or_else(|| Problem::new(Code::InvalidToken))
}

pub(crate) async fn handle(
    Shared(state): Shared<State>,
    caller: Caller,
) -> Result<Json<Reply>, Problem> {
    let account = account(&state.store, caller).await?;
    Ok(Json(Reply { user: Oneself::from(&account) }))
}
