//! `sync`: what came since. Of conversations that are named it asks the logs themselves, so that no lost push and no
//! lost hint hides anything (I3).

use std::collections::{BTreeMap, BTreeSet};

use futures::{StreamExt as _, stream};
use shared::{
    chat,
    domain::{ConversationId, Entry, Kind, UserId, limits},
    protocol::{
        frame::{Newer, Reply, Sync},
        problem::Problem,
    },
    store::{Connection, Error, Range},
};

use crate::{State, outcome::Outcome};

/// Logs that are read at once.
const CONCURRENCY: usize = 4;

pub(crate) async fn handle(
    state: &State,
    connection: &Connection,
    since: BTreeMap<ConversationId, u64>,
    limit: u64,
) -> Result<Outcome, Problem> {
    let memberships = state.store.memberships(connection.user_id).await?;
    let mine: BTreeSet<ConversationId> =
        memberships.into_iter().map(|membership| membership.conversation_id).collect();
    let (named, gone): (BTreeMap<_, _>, BTreeMap<_, _>) =
        since.into_iter().partition(|(id, _)| mine.contains(id));
    let mut gone: Vec<ConversationId> = gone.into_keys().collect();

    let reader = connection.user_id;
    let has_newer = with_newer(state, &named).await?;
    let mut logs = stream::iter(has_newer)
        .map(|(id, after)| read_log(state, id, after, limit, reader))
        .buffered(CONCURRENCY);
    let (mut read, mut bytes) = (Vec::new(), 0);
    while let Some(newer) = logs.next().await {
        let newer: Newer = newer?;
        bytes += size(&newer);
        read.push(newer);
        // More would not fit.
        if bytes > limits::internal::SYNC_BYTES {
            break;
        }
    }
    drop(logs);
    // I4: what was read is given to those who were still members then.
    let ids: Vec<ConversationId> = read.iter().map(|newer| newer.conversation_id.clone()).collect();
    let still_in = state.store.still_in(reader, &ids).await?;
    let (read, left): (Vec<Newer>, Vec<Newer>) =
        read.into_iter().partition(|newer| still_in.contains(&newer.conversation_id));
    gone.extend(left.into_iter().map(|newer| newer.conversation_id));
    let mut answer = Answer { bytes: size(&gone), ..Answer::default() };
    for newer in read {
        if !answer.add(newer) {
            break;
        }
    }
    answer.has_more |= bytes > limits::internal::SYNC_BYTES;
    let unnamed = mine.iter().filter(|id| !named.contains_key(*id));
    let mut heads = match answer.has_more {
        true => Vec::new(),
        false => state.store.heads(unnamed).await?,
    };
    // I4: a head may tell of what came after the membership's end. Nobody leaves a direct conversation.
    let groups = heads.iter().filter(|head| head.kind == Kind::Group);
    let groups: Vec<ConversationId> = groups.map(|head| head.conversation_id.clone()).collect();
    let still_in = state.store.still_in(reader, &groups).await?;
    heads.retain(|head| head.kind == Kind::Direct || still_in.contains(&head.conversation_id));
    // Only a hint of where they stand; once the client names them, their logs are asked.
    heads.sort_by_key(|head| std::cmp::Reverse(head.updated_at));
    for head in heads {
        let (conversation_id, head_seq) = (head.conversation_id, head.head_seq);
        if !answer.add(Newer { conversation_id, entries: Vec::new(), head_seq, has_more: false }) {
            break;
        }
    }
    let Answer { conversations, has_more, .. } = answer;
    let has_more = has_more || conversations.iter().any(|newer| newer.has_more);
    Ok(Reply::Sync(Sync { conversations, gone, has_more }).into())
}

/// Those of the conversations in which an entry stands behind the one that the client holds.
async fn with_newer(
    state: &State,
    named: &BTreeMap<ConversationId, u64>,
) -> Result<Vec<(ConversationId, u64)>, Error> {
    let next: Vec<(ConversationId, u64)> =
        named.iter().map(|(id, seq)| (id.clone(), seq + 1)).collect();
    let mut newer: Vec<(ConversationId, u64)> = state
        .store
        .entries_at(&next)
        .await?
        .into_iter()
        .map(|entry| (entry.conversation_id, entry.seq - 1))
        .collect();
    newer.sort();
    Ok(newer)
}

async fn read_log(
    state: &State,
    conversation_id: ConversationId,
    after: u64,
    limit: u64,
    reader: UserId,
) -> Result<Newer, Problem> {
    let entries = state
        .store
        .entries_within(&conversation_id, Range::After(after), limit, limits::internal::SYNC_BYTES)
        .await?;
    let last = entries.last().map_or(after, |entry: &Entry| entry.seq);
    let is_partial = entries.len() as u64 == limit
        || entries.iter().map(Entry::size_hint).sum::<usize>() >= limits::internal::SYNC_BYTES;
    let window = match is_partial {
        true => state.store.window(&conversation_id, 1, true).await?,
        false => None,
    };
    let targets = state.store.targets(&conversation_id, &entries).await?;
    let head_seq = window.map_or(last, |window| window.head_seq().max(last));
    Ok(Newer {
        conversation_id,
        entries: chat::entries(&entries, &targets, reader)?,
        head_seq,
        has_more: last < head_seq,
    })
}

/// An answer that stays within what a socket message holds.
#[derive(Default)]
struct Answer {
    conversations: Vec<Newer>,
    bytes: usize,
    has_more: bool,
}

impl Answer {
    /// Adds a conversation, or what fits of it; false where the answer is full.
    fn add(&mut self, mut newer: Newer) -> bool {
        if self.has_more {
            return false;
        }
        let entries = std::mem::take(&mut newer.entries);
        let had_any = !entries.is_empty();
        self.bytes += size(&newer);
        for entry in entries {
            let bytes = size(&entry) + 1;
            if self.bytes + bytes > limits::internal::SYNC_BYTES {
                self.has_more = true;
                newer.has_more = true;
                break;
            }
            self.bytes += bytes;
            newer.entries.push(entry);
        }
        if self.bytes > limits::internal::SYNC_BYTES || (had_any && newer.entries.is_empty()) {
            self.has_more = true;
            return false;
        }
        self.conversations.push(newer);
        !self.has_more
    }
}

fn size(value: &impl serde::Serialize) -> usize {
    serde_json::to_string(value).map_or(0, |text| text.len())
}
