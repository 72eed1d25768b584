//! Reads logs: windows, which decisions start from, and pages.

use std::collections::BTreeMap;

use super::{Error, Key, Store, back_off, from_item};
use crate::domain::{Body, ConversationId, Entry, Window};

/// A part of a log, in reading order. Numbers are exclusive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Range {
    /// Ascending, from the entry after this one.
    After(u64),
    /// Descending, from the entry before this one.
    Before(u64),
}

/// Attempts to read while concurrent writes are only partly visible.
const ATTEMPTS: u32 = 6;

impl Store {
    /// The conversation and its newest `entries` (at least one), in one call. `None` if the conversation does not exist.
    ///
    /// # Errors
    /// [`Error`] if the table fails.
    pub async fn window(
        &self,
        conversation_id: &ConversationId,
        entries: u64,
        consistent: bool,
    ) -> Result<Option<Window>, Error> {
        let (first, last) = (Key::entry(conversation_id, 0), Key::conversation(conversation_id));
        let mut consistent = consistent;
        for attempt in 0..ATTEMPTS {
            if attempt > 0 {
                back_off(attempt).await;
            }
            let output = self.query_between(&first, &last, false, entries + 1, consistent).await?;
            let mut items = output.items.unwrap_or_default().into_iter();
            let Some(conversation) = items.next() else { return Ok(None) };
            if Key::of(&conversation).as_ref() != Some(&last) {
                return Ok(None);
            }
            let conversation = from_item("conversation", conversation)?;
            let newest_first: Vec<Entry> =
                items.map(|item| from_item("entry", item)).collect::<Result<_, _>>()?;
            if let Some(window) = Window::new(conversation, newest_first, consistent) {
                return Ok(Some(window));
            }
            consistent = true;
        }
        Err(Error::Contended("a conversation"))
    }

    /// The messages that the entries edited or deleted, each in its state after that entry or later.
    ///
    /// A page is not read atomically, so its own copy of a message may be older. Such messages are read again.
    ///
    /// # Errors
    /// [`Error`] if the table fails.
    pub async fn targets(
        &self,
        conversation_id: &ConversationId,
        entries: &[Entry],
    ) -> Result<BTreeMap<u64, Entry>, Error> {
        let mut wanted: BTreeMap<u64, u64> = BTreeMap::new();
        for entry in entries {
            // A reaction is shown without its message.
            if let Body::Edit { target_seq } | Body::Delete { target_seq } = entry.body {
                wanted.insert(target_seq, entry.seq);
            }
        }
        let mut targets = BTreeMap::new();
        for entry in entries {
            if wanted.get(&entry.seq).is_some_and(|changed| entry.as_of_seq() >= *changed) {
                targets.insert(entry.seq, entry.clone());
                wanted.remove(&entry.seq);
            }
        }
        for attempt in 0..ATTEMPTS {
            if wanted.is_empty() {
                return Ok(targets);
            }
            if attempt > 0 {
                back_off(attempt).await;
            }
            let places: Vec<(ConversationId, u64)> =
                wanted.keys().map(|seq| (conversation_id.clone(), *seq)).collect();
            for entry in self.entries_at(&places).await? {
                if wanted.get(&entry.seq).is_some_and(|changed| entry.as_of_seq() >= *changed) {
                    wanted.remove(&entry.seq);
                    targets.insert(entry.seq, entry);
                }
            }
        }
        Err(Error::Contended("a message"))
    }

    /// One entry. A consistent read.
    ///
    /// # Errors
    /// [`Error`] if the table fails.
    pub async fn entry(
        &self,
        conversation_id: &ConversationId,
        seq: u64,
    ) -> Result<Option<Entry>, Error> {
        let item = self.get(&Key::entry(conversation_id, seq), true).await?;
        item.map(|item| from_item("entry", item)).transpose()
    }

    /// The entries that exist at these places, in any order. Consistent reads, in batches.
    ///
    /// # Errors
    /// [`Error`] if the table fails.
    pub async fn entries_at(&self, places: &[(ConversationId, u64)]) -> Result<Vec<Entry>, Error> {
        let keys: Vec<Key> = places.iter().map(|(id, seq)| Key::entry(id, *seq)).collect();
        let items = self.batch_get(&keys, true).await?;
        items.into_values().map(|item| from_item("entry", item)).collect()
    }

    /// At most `limit` entries of a part of a log, in the range's order and without a gap (I1). A consistent read.
    ///
    /// # Errors
    /// [`Error`] if the table fails.
    pub async fn entries(
        &self,
        conversation_id: &ConversationId,
        range: Range,
        limit: u64,
    ) -> Result<Vec<Entry>, Error> {
        self.entries_within(conversation_id, range, limit, usize::MAX).await
    }

    /// Like [`Store::entries`], but ends early, after the page of the table that reaches `max_bytes`.
    ///
    /// # Errors
    /// [`Error`] if the table fails.
    pub async fn entries_within(
        &self,
        conversation_id: &ConversationId,
        range: Range,
        limit: u64,
        max_bytes: usize,
    ) -> Result<Vec<Entry>, Error> {
        const LAST: u64 = 999_999_999_999;
        let mut entries: Vec<Entry> = Vec::new();
        let (mut first, mut last, ascending) = match range {
            Range::After(seq) => (seq.saturating_add(1), LAST, true),
            Range::Before(seq) => (1, seq.saturating_sub(1).min(LAST), false),
        };
        let mut gaps = 0;
        while first <= last && (entries.len() as u64) < limit {
            let bounds = (Key::entry(conversation_id, first), Key::entry(conversation_id, last));
            let wanted = limit - entries.len() as u64;
            let output = self.query_between(&bounds.0, &bounds.1, ascending, wanted, true).await?;
            let has_more = output.last_evaluated_key.is_some();
            let mut has_gap = false;
            for item in output.items.unwrap_or_default() {
                let entry: Entry = from_item("entry", item)?;
                // The first number is known in advance only in ascending order.
                let expected = match entries.last() {
                    Some(last) if ascending => last.seq + 1,
                    Some(last) => last.seq - 1,
                    None if ascending => first,
                    None => entry.seq,
                };
                has_gap = entry.seq != expected;
                if has_gap {
                    break;
                }
                entries.push(entry);
            }
            if has_gap {
                // A query may see only some entries of a transaction that was being written. The missing entry may exist by now.
                gaps += 1;
                if gaps == ATTEMPTS {
                    return Err(Error::Contended("a log with a gap"));
                }
                back_off(gaps).await;
            }
            let is_full = entries.iter().map(Entry::size_hint).sum::<usize>() >= max_bytes;
            let Some(reached) = entries.last().map(|entry| entry.seq) else {
                if has_gap { continue } else { break }
            };
            if is_full || !(has_more || has_gap) {
                break;
            }
            // The query ended early, at a page of 1 MB or at a gap.
            if ascending {
                first = reached + 1;
            } else {
                last = reached - 1;
            }
        }
        Ok(entries)
    }
}
