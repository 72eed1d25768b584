//! `sync`: returns the entries that the client does not have yet.
//!
//! For conversations that the client names, it reads the logs themselves, so a lost push or head hides nothing (I3).

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

/// Logs that are read concurrently.
const CONCURRENCY: usize = 4;

pub(crate) async fn handle(
    state: &State,
    connection: &Connection,
    since: BTreeMap<ConversationId, u64>,
    limit: u64,
) -> Result<Outcome, Problem> {
    let memberships = state.store.memberships(connection.user_id).await?;
    let joined_ids: BTreeSet<ConversationId> =
        memberships.into_iter().map(|membership| membership.conversation_id).collect();
    let (named, gone): (BTreeMap<_, _>, BTreeMap<_, _>) =
        since.into_iter().partition(|(id, _)| joined_ids.contains(id));
    let mut gone: Vec<ConversationId> = gone.into_keys().collect();

    let reader = connection.user_id;
    let to_read = with_newer_entries(state, &named).await?;
    let mut logs = stream::iter(to_read)
        .map(|(id, after)| read_log(state, id, after, limit, reader))
        .buffered(CONCURRENCY);
    let (mut read, mut bytes) = (Vec::new(), 0);
    while let Some(newer) = logs.next().await {
        let newer: Newer = newer?;
        bytes += size(&newer);
        read.push(newer);
        // The reply is full.
        if bytes > limits::internal::SYNC_BYTES {
            break;
        }
    }
    drop(logs);
    // I4: returns entries only if the caller was still a member after they were read.
    let ids: Vec<ConversationId> = read.iter().map(|newer| newer.conversation_id.clone()).collect();
    let joined = state.store.still_member_of(reader, &ids).await?;
    let (read, left): (Vec<Newer>, Vec<Newer>) =
        read.into_iter().partition(|newer| joined.contains(&newer.conversation_id));
    gone.extend(left.into_iter().map(|newer| newer.conversation_id));
    let mut reply = BoundedReply { bytes: size(&gone), ..BoundedReply::default() };
    for newer in read {
        if !reply.add(newer) {
            break;
        }
    }
    reply.has_more |= bytes > limits::internal::SYNC_BYTES;
    let unnamed = joined_ids.iter().filter(|id| !named.contains_key(*id));
    let mut heads = match reply.has_more {
        true => Vec::new(),
        false => state.store.heads(unnamed).await?,
    };
    // I4: a head may show what happened after the caller left, so memberships of groups are read again. Members never leave a
    // direct conversation.
    let groups = heads.iter().filter(|head| head.kind == Kind::Group);
    let groups: Vec<ConversationId> = groups.map(|head| head.conversation_id.clone()).collect();
    let joined = state.store.still_member_of(reader, &groups).await?;
    heads.retain(|head| head.kind == Kind::Direct || joined.contains(&head.conversation_id));
    // A head is only a hint. Once the client names the conversation, the server reads its log.
    heads.sort_by_key(|head| std::cmp::Reverse(head.updated_at));
    for head in heads {
        let (conversation_id, head_seq) = (head.conversation_id, head.head_seq);
        if !reply.add(Newer { conversation_id, entries: Vec::new(), head_seq, has_more: false }) {
            break;
        }
    }
    let BoundedReply { conversations, has_more, .. } = reply;
    let has_more = has_more || conversations.iter().any(|newer| newer.has_more);
    Ok(Reply::Sync(Sync { conversations, gone, has_more }).into())
}

/// The conversations that have an entry after the newest one that the client has, each with that newest `seq`.
async fn with_newer_entries(
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

/// A reply that fits into a socket message.
#[derive(Default)]
struct BoundedReply {
    conversations: Vec<Newer>,
    bytes: usize,
    has_more: bool,
}

impl BoundedReply {
    /// Adds a conversation with as many entries as fit. Returns false if the reply is full.
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
