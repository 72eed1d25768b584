//! The log of a conversation: what an entry is, and what decides whether another may be added.
//!
//! Everything a decision needs stands in the newest entries, read newest first; how far back it has
//! to look, the entries themselves tell.

use std::time::Duration;

use super::{ClientId, Draft, Entry, Timestamp, UserId, limits};

/// What the entries seen so far say of a draft.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// It may be added.
    Append {
        /// Entries of its sender within the last 10 s, or more: an upper bound.
        recent: u32,
    },
    /// It stands there already: this entry and those that came with it, newest first.
    Duplicate(Vec<Entry>),
    /// Older entries have to be looked at.
    LookFurther {
        /// For a copy of the message, as old as its id says; otherwise for the sender's rate, within the last 10 s.
        for_copy: bool,
    },
    /// The sender has to wait.
    TooMany {
        /// Until the oldest of their entries leaves the window.
        retry_after: Duration,
    },
}

/// Decides on a draft by the newest entries, newest first. `complete`: nothing stands behind the last of them.
///
/// Guards I2 (an id is accepted once: the search ends only where no copy can stand further back)
/// and the sender's rate.
pub fn check_append<'a>(
    newest_first: impl Iterator<Item = &'a Entry> + Clone,
    complete: bool,
    draft: &Draft,
    now: Timestamp,
    most_per_sender: u32,
) -> Verdict {
    let copies: Vec<Entry> =
        newest_first.clone().filter(|entry| is_copy(entry, draft)).cloned().collect();
    if !copies.is_empty() {
        return Verdict::Duplicate(copies);
    }
    // What is no message has no id: only a copy that this very request wrote can be there, among the newest.
    let client_time = draft.client_id().map(|client_id| client_id.time().as_millis());
    let id_is_covered = complete
        || client_time
            .is_none_or(|time| newest_first.clone().any(|entry| entry.newest_client_time < time));
    if !id_is_covered {
        return Verdict::LookFurther { for_copy: true };
    }
    match Recent::count(newest_first, complete, draft.sender_id, now, most_per_sender) {
        Recent::AtMost(recent) => Verdict::Append { recent },
        Recent::Unknown => Verdict::LookFurther { for_copy: false },
        Recent::Full { oldest } => {
            let opens_at = oldest + limits::ENTRIES_PER_SENDER.window;
            // A sandbox whose clock was ahead may have left a time in the future.
            let retry_after = opens_at.since(now).min(limits::ENTRIES_PER_SENDER.window);
            Verdict::TooMany { retry_after }
        }
    }
}

/// Whether the time in a client's id is too far ahead of ours.
pub fn is_in_future(client_id: &ClientId, now: Timestamp) -> bool {
    client_id.time() > now + limits::CLIENT_ID_AHEAD
}

fn is_copy(entry: &Entry, draft: &Draft) -> bool {
    match (draft.client_id(), entry.message()) {
        (Some(client_id), Some(message)) => {
            entry.sender_id == draft.sender_id && message.client_id == *client_id
        }
        _ => draft.wrote(entry),
    }
}

/// A sender's entries in the window that ends now.
enum Recent {
    /// So many or fewer, and fewer than they may add.
    AtMost(u32),
    /// As many as they may add; the oldest of those stands here.
    Full { oldest: Timestamp },
    /// Not enough was looked at to say.
    Unknown,
}

impl Recent {
    fn count<'a>(
        newest_first: impl Iterator<Item = &'a Entry>,
        complete: bool,
        sender_id: UserId,
        now: Timestamp,
        most: u32,
    ) -> Self {
        let opens_at = now - limits::ENTRIES_PER_SENDER.window;
        let mut count = 0;
        for entry in newest_first {
            if entry.created_at <= opens_at {
                return Self::AtMost(count);
            }
            if entry.sender_id != sender_id || entry.recent == 0 {
                continue;
            }
            // Whatever of theirs stands further back in this window, the entry counted in its own.
            if count + entry.recent < most {
                return Self::AtMost(count + entry.recent);
            }
            count += 1;
            if count >= most {
                return Self::Full { oldest: entry.created_at };
            }
        }
        if complete { Self::AtMost(count) } else { Self::Unknown }
    }
}

#[cfg(test)]
mod tests;
