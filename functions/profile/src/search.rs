//! `GET /api/profile/search`: finds users by the beginning of their name or of a word in it, ordered by name.

use axum::{Json, extract::State as Shared};
use serde::Serialize;
use shared::{
    domain::directory::Search,
    http::{Caller, Query},
    protocol::{problem::Problem, view::User},
};

use crate::State;

/// The matching users.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "SearchReply"))]
pub(crate) struct Reply {
    /// The users, ordered by name.
    #[cfg_attr(feature = "schema", schemars(length(max = shared::domain::limits::SEARCH_SIZE.1)))]
    users: Vec<User>,
    /// The cursor of the next page. `null` on the last page.
    next_cursor: Option<String>,
}

pub(crate) async fn handle(
    Shared(state): Shared<State>,
    _: Caller,
    Query(mut query): Query,
) -> Result<Json<Reply>, Problem> {
    let search = Search::parse(&mut query);
    let search = query.finish(|| search)?;

    let mut found = state.store.search(&search).await?;
    let has_more = found.len() > search.limit;
    found.truncate(search.limit);
    let next_cursor = found.last().filter(|_| has_more).map(|last| last.place().to_string());
    Ok(Json(Reply { users: found.iter().map(User::from).collect(), next_cursor }))
}
