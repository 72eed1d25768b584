//! `GET /api/conversations/{id}/messages`: lists messages. All of them are in their state as of the same entry, the head.

use std::collections::BTreeMap;

use axum::{Json, extract::State as Shared};
use serde::Serialize;
use shared::{
    chat,
    domain::{Entry, Fields, UserId, Window, fields::MAX_INTEGER, limits::CURSOR_SIZE},
    http::{Caller, Path, Query},
    protocol::{problem::Problem, view},
    store::{self, Range},
};

use crate::State;

/// The part of the history that the client requests.
#[derive(Debug, Clone, Copy)]
enum Part {
    Newest,
    Range(Range),
}

/// Messages in ascending order, in their state as of `head_seq`.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "MessagesReply"))]
pub(crate) struct Reply {
    /// The messages.
    #[cfg_attr(feature = "schema", schemars(length(max = CURSOR_SIZE.1)))]
    messages: Vec<view::Message>,
    /// The `seq` of the newest entry of the conversation, or 0.
    head_seq: u64,
    /// Whether there are more messages in the requested direction: newer ones with `after`, otherwise older ones.
    has_more: bool,
}

fn parse(mut query: Fields) -> Result<(Part, u64), Problem> {
    let before = query.optional_parameter("before", (1, MAX_INTEGER));
    let after = query.optional_parameter("after", (0, MAX_INTEGER));
    let limit = query.parameter("limit", (1, CURSOR_SIZE.1), CURSOR_SIZE.0);
    if let (Some(Some(_)), Some(Some(_))) = (before, after) {
        query.error("before", "cannot be combined with after");
    }
    let (before, after, limit) = query.finish(|| Some((before?, after?, limit?)))?;
    let part = match (before, after) {
        (Some(before), _) => Part::Range(Range::Before(before)),
        (None, Some(after)) => Part::Range(Range::After(after)),
        (None, None) => Part::Newest,
    };
    Ok((part, limit))
}

pub(crate) async fn handle(
    Shared(state): Shared<State>,
    caller: Caller,
    Path(id): Path,
    Query(query): Query,
) -> Result<Json<Reply>, Problem> {
    let id = crate::parse_parameter(&id)?;
    let (part, limit) = parse(query)?;

    for attempt in 1..=ATTEMPTS {
        // The read that checks the membership also returns the newest entries.
        let wanted = if let Part::Newest = part { limit } else { 1 };
        let window = chat::enter(&state.store, &id, caller.user_id, wanted).await?;
        let page = Page::read(&state, &window, part, limit).await?;
        if page.is_consistent {
            return Ok(Json(page.view_for(caller.user_id)));
        }
        // I3: the client would apply a change newer than the head again when it reads the log, and count it twice.
        store::back_off(attempt).await;
    }
    Err(store::Error::Contended("messages").into())
}

/// Attempts to read a page while its messages change.
const ATTEMPTS: u32 = 8;

/// Entries that a further read requests for each missing message, because other entries lie between messages.
const GROWTH: u64 = 2;

struct Page {
    /// Ascending.
    messages: Vec<Entry>,
    head_seq: u64,
    has_more: bool,
    /// Whether every message is in its state as of the head.
    is_consistent: bool,
}

impl Page {
    /// Reads until the page has `limit` messages or the history ends. Skips entries of other kinds.
    async fn read(
        state: &State,
        window: &Window,
        part: Part,
        limit: u64,
    ) -> Result<Self, store::Error> {
        let head_seq = window.head_seq();
        // Entries newer than the window are not part of the page.
        let (mut range, mut read) = match part {
            Part::Newest => {
                let newest: Vec<Entry> = window.newest_first().cloned().collect();
                let oldest = newest.last().map_or(0, |entry| entry.seq);
                (Range::Before(oldest), newest)
            }
            Part::Range(Range::Before(seq)) => (Range::Before(seq.min(head_seq + 1)), Vec::new()),
            Part::Range(after) => (after, Vec::new()),
        };
        let mut has_ended = false;
        loop {
            let found = read.iter().filter(|entry| entry.message().is_some()).count() as u64;
            has_ended |= match range {
                Range::Before(seq) => seq <= 1,
                Range::After(seq) => seq >= head_seq,
            };
            if found >= limit || has_ended {
                break;
            }
            let wanted = if read.is_empty() { limit } else { (limit - found) * GROWTH };
            let mut more = state.store.entries(&window.conversation.id, range, wanted).await?;
            more.retain(|entry| entry.seq <= head_seq);
            has_ended = (more.len() as u64) < wanted;
            if let Some(last) = more.last() {
                range = match range {
                    Range::Before(_) => Range::Before(last.seq),
                    Range::After(_) => Range::After(last.seq),
                };
            }
            read.extend(more);
        }
        let is_consistent = is_consistent(&read, head_seq);
        let mut messages: Vec<Entry> =
            read.into_iter().filter(|entry| entry.message().is_some()).collect();
        messages.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
        messages.sort_by_key(|entry| entry.seq);
        let has_more = match part {
            Part::Newest | Part::Range(Range::Before(_)) => {
                messages.first().is_some_and(|oldest| oldest.message_number > 1)
            }
            Part::Range(Range::After(_)) => {
                let number = window.newest().map_or(0, |entry| entry.message_number);
                messages.last().is_some_and(|newest| newest.message_number < number)
            }
        };
        Ok(Self { messages, head_seq, has_more, is_consistent })
    }

    fn view_for(&self, reader: UserId) -> Reply {
        let views = self.messages.iter().filter_map(|entry| view::Message::new(entry, reader));
        let messages = views.collect();
        Reply { messages, head_seq: self.head_seq, has_more: self.has_more }
    }
}

/// Returns true if every message is in its state as of the head: it reflects no later change, and no change that was read is
/// missing.
fn is_consistent(read: &[Entry], head_seq: u64) -> bool {
    let as_of: BTreeMap<u64, u64> =
        read.iter().map(|entry| (entry.seq, entry.as_of_seq())).collect();
    let is_shown = |entry: &Entry| {
        let target = entry.body.target_seq().and_then(|seq| as_of.get(&seq));
        target.is_none_or(|as_of| *as_of >= entry.seq)
    };
    as_of.values().all(|as_of| *as_of <= head_seq) && read.iter().all(is_shown)
}
