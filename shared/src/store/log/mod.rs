//! Reads logs: windows, which decisions start from, and pages.

use std::collections::{BTreeMap, VecDeque};

use super::{Error, Key, Store, back_off, from_item};
use crate::domain::{Body, Conversation, ConversationId, Entry, UserId};

/// The newest entries of a conversation and the conversation itself, from one query.
#[derive(Debug, Clone)]
pub struct Window {
    /// The conversation.
    pub conversation: Conversation,
    /// Newest first, without a gap.
    pub(super) newest_first: VecDeque<Entry>,
    /// Whether it comes from a consistent read.
    pub(super) consistent: bool,
}

/// A part of a log, in reading order. Numbers are exclusive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Range {
    /// Ascending, from the entry after this one.
    After(u64),
    /// Descending, from the entry before this one.
    Before(u64),
}

impl Window {
    /// The newest entry.
    pub fn newest(&self) -> Option<&Entry> {
        self.newest_first.front()
    }

    /// The number of the newest entry, or 0 for an empty log.
    pub fn head_seq(&self) -> u64 {
        self.newest().map_or(0, |entry| entry.seq)
    }

    /// Whether the log has no entry older than the ones here.
    pub(super) fn is_complete(&self) -> bool {
        self.newest_first.back().is_none_or(|entry| entry.seq == 1)
    }

    /// Updates the conversation to the state after the entries. Returns false if the two cannot be made consistent.
    ///
    /// A query reads one item after the other. So it may see a change of members in the entry but not yet in the conversation,
    /// or the reverse. Of the entries of one transaction, it may see a later one but not yet an earlier one.
    fn settle(&mut self) -> bool {
        if !is_contiguous(self.newest_first.iter().rev()) {
            return false;
        }
        let Some((newest, oldest)) = self.newest_first.front().zip(self.newest_first.back()) else {
            return self.conversation.as_of_seq == 0;
        };
        let reaches_back =
            self.conversation.as_of_seq >= oldest.conversation_seq.min(oldest.seq - 1);
        if reaches_back {
            let as_of = self.conversation.as_of_seq;
            for entry in self.newest_first.iter().rev().filter(|entry| entry.seq > as_of) {
                self.conversation.apply(entry);
            }
        }
        self.conversation.as_of_seq == newest.conversation_seq
    }

    /// Whether `message` is the current state of the message with this number. True only if the window covers every entry since
    /// the message was read, and none of them changed it.
    pub(super) fn is_as_of_now(&self, message: &Entry, seq: u64) -> bool {
        let as_of = message.as_of_seq();
        let oldest = self.newest_first.back().map_or(0, |entry| entry.seq);
        let mut since = self.newest_first.iter().take_while(|entry| entry.seq > as_of);
        message.seq == seq
            && oldest <= as_of + 1
            && since.all(|entry| entry.body.target_seq() != Some(seq))
    }

    /// Adds the entry after the newest one.
    pub(super) fn push(&mut self, entry: Entry) {
        self.conversation.apply(&entry);
        self.newest_first.push_front(entry);
    }

    /// The entries, newest first.
    pub fn newest_first(&self) -> impl Iterator<Item = &Entry> {
        self.newest_first.iter()
    }

    /// Whether a user is a member. For any other user, the conversation does not exist (I4).
    pub fn admits(&self, user_id: UserId) -> bool {
        self.conversation.member(user_id).is_some()
    }
}

/// Attempts to read while concurrent writes are only partly visible.
const ROUNDS: u32 = 6;

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
        for round in 0..ROUNDS {
            if round > 0 {
                back_off(round).await;
            }
            let output = self.query_between(&first, &last, false, entries + 1, consistent).await?;
            let mut items = output.items.unwrap_or_default().into_iter();
            let Some(conversation) = items.next() else { return Ok(None) };
            if Key::of(&conversation).as_ref() != Some(&last) {
                return Ok(None);
            }
            let conversation = from_item("conversation", conversation)?;
            let newest_first: VecDeque<Entry> =
                items.map(|item| from_item("entry", item)).collect::<Result<_, _>>()?;
            let mut window = Window { conversation, newest_first, consistent };
            // I4: access is checked against a conversation that is as new as the log.
            if window.settle() {
                return Ok(Some(window));
            }
            consistent = true;
        }
        Err(Error::Contended("a conversation"))
    }

    /// The messages that the entries edited or deleted, each in its state after that entry or later.
    ///
    /// A page is not read in one instant, so its own copy of a message may be older. Such messages are read again.
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
        for round in 0..ROUNDS {
            if wanted.is_empty() {
                return Ok(targets);
            }
            if round > 0 {
                back_off(round).await;
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

    /// Like [`Store::entries`], but ends early, after the page of the table that reaches `most_bytes`.
    ///
    /// # Errors
    /// [`Error`] if the table fails.
    pub async fn entries_within(
        &self,
        conversation_id: &ConversationId,
        range: Range,
        limit: u64,
        most_bytes: usize,
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
                if gaps == ROUNDS {
                    return Err(Error::Contended("a log with a gap"));
                }
                back_off(gaps).await;
            }
            let is_full = entries.iter().map(Entry::size_hint).sum::<usize>() >= most_bytes;
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

/// Whether entries, oldest first, have no gap.
fn is_contiguous<'a>(entries: impl Iterator<Item = &'a Entry> + Clone) -> bool {
    entries.clone().zip(entries.skip(1)).all(|(older, newer)| newer.seq == older.seq + 1)
}

#[cfg(test)]
mod tests;
