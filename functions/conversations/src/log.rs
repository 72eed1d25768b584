//! `GET /api/conversations/{id}/log`: lists the entries of the log, in order.

use axum::{Json, extract::State as Shared};
use serde::Serialize;
use shared::{
    chat,
    domain::{fields::MAX_INTEGER, limits::CURSOR_SIZE},
    http::{Caller, Path, Query},
    protocol::{problem::Problem, view},
    store::Range,
};

use crate::State;

/// Entries in ascending order.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "LogReply"))]
pub(crate) struct Reply {
    /// The entries.
    #[cfg_attr(feature = "schema", schemars(length(max = CURSOR_SIZE.1)))]
    entries: Vec<view::Entry>,
    /// The `seq` of the newest entry of the conversation, or 0.
    head_seq: u64,
    /// Whether there are newer entries.
    has_more: bool,
}

pub(crate) async fn handle(
    Shared(state): Shared<State>,
    caller: Caller,
    Path(id): Path,
    Query(mut query): Query,
) -> Result<Json<Reply>, Problem> {
    let id = crate::parse_parameter(&id)?;
    let after = query.parameter("after", (0, MAX_INTEGER), 0);
    let limit = query.parameter("limit", (1, CURSOR_SIZE.1), CURSOR_SIZE.0);
    let (after, limit) = query.finish(|| Some((after?, limit?)))?;

    let me = caller.user_id;
    let window = chat::enter(&state.store, &id, me, 1).await?;
    let entries = state.store.entries(&id, Range::After(after), limit).await?;
    let targets = state.store.targets(&id, &entries).await?;
    chat::check_still_member(&state.store, &window, entries.iter().chain(targets.values()), me)
        .await?;

    let last = entries.last().map_or(after, |entry| entry.seq);
    // The entries were read after the window and may be newer.
    let head_seq = window.head_seq().max(if entries.is_empty() { 0 } else { last });
    let entries = chat::entries(&entries, &targets, me)?;
    Ok(Json(Reply { entries, head_seq, has_more: last < head_seq }))
}
