//! `GET /api/profile/users`: lists all users in the order of registration, in numbered pages.

use axum::{Json, extract::State as Shared};
use serde::Serialize;
use shared::{
    domain::page::{Page, Pagination},
    http::{Caller, Query},
    protocol::{problem::Problem, view::User},
};

use crate::State;

/// A page of users.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "UsersReply"))]
pub(crate) struct Reply {
    /// The users, in the order in which they registered.
    #[cfg_attr(feature = "schema", schemars(length(max = shared::domain::limits::PAGE_SIZE.1)))]
    users: Vec<User>,
    /// The position of the page.
    pagination: Pagination,
}

pub(crate) async fn handle(
    Shared(state): Shared<State>,
    _: Caller,
    Query(mut query): Query,
) -> Result<Json<Reply>, Problem> {
    let page = Page::parse(&mut query);
    let page = query.finish(|| page)?;

    let (listed, total) = state.store.users_on_page(page).await?;
    let users = listed.iter().map(User::from).collect();
    Ok(Json(Reply { users, pagination: page.pagination(total) }))
}
