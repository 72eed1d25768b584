//! The newest entries of a conversation, and the conversation as of the newest one.

use std::collections::VecDeque;

use super::{Conversation, Entry, UserId};

/// The newest entries of a conversation and the conversation itself, from one query.
#[derive(Debug, Clone)]
pub struct Window {
    /// The conversation as of the newest entry.
    pub conversation: Conversation,
    /// Newest first, without a gap.
    newest_first: VecDeque<Entry>,
    /// Whether it comes from a consistent read. Otherwise newer entries may exist.
    pub is_consistent: bool,
}

impl Window {
    /// Builds a window from the result of one query. Returns `None` if the query saw the log and the conversation at different
    /// moments, and the entries are not enough to correct that.
    ///
    /// I4: access is checked against a conversation that is as new as the log.
    pub fn new(
        conversation: Conversation,
        newest_first: impl IntoIterator<Item = Entry>,
        is_consistent: bool,
    ) -> Option<Self> {
        let newest_first = newest_first.into_iter().collect();
        let mut window = Self { conversation, newest_first, is_consistent };
        window.reconcile().then_some(window)
    }

    /// The newest entry.
    pub fn newest(&self) -> Option<&Entry> {
        self.newest_first.front()
    }

    /// The number of the newest entry, or 0 for an empty log.
    pub fn head_seq(&self) -> u64 {
        self.newest().map_or(0, |entry| entry.seq)
    }

    /// Whether the log has no entry older than the ones here.
    pub fn is_complete(&self) -> bool {
        self.newest_first.back().is_none_or(|entry| entry.seq == 1)
    }

    /// Updates the conversation to its state after the newest entry. Returns false if the two cannot be made consistent.
    ///
    /// A query reads one item after the other. So it may see a change of members in the entry but not yet in the conversation,
    /// or the reverse. Of the entries of one transaction, it may see a later one but not yet an earlier one.
    fn reconcile(&mut self) -> bool {
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
    pub fn is_current(&self, message: &Entry, seq: u64) -> bool {
        let as_of = message.as_of_seq();
        let mut since = self.newest_first.iter().take_while(|entry| entry.seq > as_of);
        message.seq == seq
            && self.oldest_seq() <= as_of + 1
            && since.all(|entry| entry.body.target_seq() != Some(seq))
    }

    /// Adds the entry after the newest one.
    pub fn push(&mut self, entry: Entry) {
        self.conversation.apply(&entry);
        self.newest_first.push_front(entry);
    }

    /// Adds the entries before the oldest one, newest first. Returns false, and adds none, if they would leave a gap.
    pub fn extend_back(&mut self, older: Vec<Entry>) -> bool {
        let fits = older.first().is_some_and(|entry| entry.seq + 1 == self.oldest_seq());
        if fits {
            self.newest_first.extend(older);
        }
        fits
    }

    /// The number of the oldest entry, or 0 for an empty log.
    pub fn oldest_seq(&self) -> u64 {
        self.newest_first.back().map_or(0, |entry| entry.seq)
    }

    /// The number of entries, and about how many bytes they take in the table.
    pub fn extent(&self) -> (usize, usize) {
        (self.newest_first.len(), self.newest_first.iter().map(Entry::size_hint).sum())
    }

    /// The entries, newest first.
    pub fn newest_first(&self) -> impl Iterator<Item = &Entry> + Clone {
        self.newest_first.iter()
    }

    /// Whether a user is a member. For any other user, the conversation does not exist (I4).
    pub fn has_member(&self, user_id: UserId) -> bool {
        self.conversation.member(user_id).is_some()
    }
}

/// Whether entries, oldest first, have no gap.
fn is_contiguous<'a>(entries: impl Iterator<Item = &'a Entry> + Clone) -> bool {
    entries.clone().zip(entries.skip(1)).all(|(older, newer)| newer.seq == older.seq + 1)
}

#[cfg(test)]
mod tests;
