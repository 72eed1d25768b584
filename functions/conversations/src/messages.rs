//! `GET /api/conversations/{id}/messages`: the messages as they stand now.

use axum::{Json, extract::State as Shared};
use serde::Serialize;
use shared::{
    chat,
    domain::{Entry, Fields, fields::MOST, limits::CURSOR_SIZE},
    http::{Caller, Path, Query},
    problem::Problem,
    protocol::view,
    store::Range,
};

use crate::State;

/// Which messages are asked for.
#[derive(Debug, Clone, Copy)]
enum Which {
    Newest,
    Part(Range),
}

#[derive(Serialize)]
pub(crate) struct Reply {
    messages: Vec<view::Message>,
    head_seq: u64,
    has_more: bool,
}

fn parse(mut query: Fields) -> Result<(Which, u64), Problem> {
    let before = query.optional_parameter("before", (1, MOST));
    let after = query.optional_parameter("after", (0, MOST));
    let limit = query.parameter("limit", (1, CURSOR_SIZE.1), CURSOR_SIZE.0);
    if let (Some(Some(_)), Some(Some(_))) = (before, after) {
        query.fault("before", "cannot be given together with after");
    }
    let (Some(before), Some(after), Some(limit), true) = (before, after, limit, query.is_valid())
    else {
        return Err(query.refuse().into());
    };
    let which = match (before, after) {
        (Some(before), _) => Which::Part(Range::Before(before)),
        (None, Some(after)) => Which::Part(Range::After(after)),
        (None, None) => Which::Newest,
    };
    Ok((which, limit))
}

pub(crate) async fn handle(
    Shared(state): Shared<State>,
    caller: Caller,
    Path(id): Path,
    Query(query): Query,
) -> Result<Json<Reply>, Problem> {
    let id = crate::conversation_id(&id)?;
    let (which, limit) = parse(query)?;

    // The newest come back from the same read that admits the caller.
    let wanted = if let Which::Newest = which { limit } else { 1 };
    let window = chat::enter(&state.store, &id, caller.user_id, wanted).await?;
    let mut head_seq = window.head_seq();
    let entries = match which {
        Which::Newest => {
            let mut newest = window.into_entries();
            let missing = limit - newest.len() as u64;
            // The table's page of 1 MB ended before the caller's.
            if let Some(oldest) = newest.first().map(|entry| entry.seq).filter(|_| missing > 0) {
                newest.extend(state.store.entries(&id, Range::Before(oldest), missing).await?);
                newest.sort_by_key(|entry| entry.seq);
            }
            newest
        }
        Which::Part(range) => {
            let mut entries = state.store.entries(&id, range, limit).await?;
            entries.sort_by_key(|entry| entry.seq);
            entries
        }
    };

    head_seq = head_seq.max(entries.last().map_or(0, |entry| entry.seq));
    let has_more = match which {
        Which::Newest | Which::Part(Range::Before(_)) => {
            entries.first().is_some_and(|oldest: &Entry| oldest.seq > 1)
        }
        Which::Part(Range::After(_)) => {
            entries.last().is_some_and(|newest: &Entry| newest.seq < head_seq)
        }
    };
    let messages = entries.iter().map(view::Message::new).collect();
    Ok(Json(Reply { messages, head_seq, has_more }))
}
