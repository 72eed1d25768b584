//! The rules of a log: they find duplicates and limit each sender's rate.
//!
//! The newest entries contain everything that the rules need. They also say how far back the rules must look.

use std::time::Duration;

use super::{ClientId, Draft, Entry, Timestamp, UserId, limits};

/// The result of checking a draft against the entries read so far.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// The draft may be added.
    Append {
        /// An upper bound on the sender's entries within the last 10 s.
        recent: u32,
    },
    /// The draft was added before, as these entries, newest first.
    Duplicate(Vec<Entry>),
    /// The rules need older entries.
    LookFurther {
        /// True to find a copy that is as old as the message's id, false to count the sender's entries of the last 10 s.
        for_copy: bool,
    },
    /// The sender reached the limit.
    TooMany {
        /// Time until the oldest of the sender's entries leaves the window.
        retry_after: Duration,
    },
}

/// Checks a draft against the newest entries, newest first. `complete` means that the log has no older ones.
///
/// Guards the sender's rate and I2: an id is accepted once. The search ends only if no older entry can be a copy.
pub fn check_append<'a>(
    newest_first: impl Iterator<Item = &'a Entry> + Clone,
    complete: bool,
    draft: &Draft,
    now: Timestamp,
    max_per_sender: u32,
) -> Verdict {
    let copies: Vec<Entry> =
        newest_first.clone().filter(|entry| is_copy(entry, draft)).cloned().collect();
    if !copies.is_empty() {
        return Verdict::Duplicate(copies);
    }
    // Only messages have an id. For other intents, the only possible copy is by this request, among the newest entries.
    let client_time = draft.client_id().map(|client_id| client_id.time().as_millis());
    let id_is_covered = complete
        || client_time
            .is_none_or(|time| newest_first.clone().any(|entry| entry.newest_client_time < time));
    if !id_is_covered {
        return Verdict::LookFurther { for_copy: true };
    }
    match Recent::count(newest_first, complete, draft.sender_id, now, max_per_sender) {
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

/// Whether the time in a client id is too far ahead of the server's clock.
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

/// A sender's entries in the last 10 s.
enum Recent {
    /// At most this many, and fewer than the limit.
    AtMost(u32),
    /// As many as the limit. `oldest` is the time of the oldest of them.
    Full { oldest: Timestamp },
    /// The rules need older entries.
    Unknown,
}

impl Recent {
    fn count<'a>(
        newest_first: impl Iterator<Item = &'a Entry>,
        complete: bool,
        sender_id: UserId,
        now: Timestamp,
        max: u32,
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
            // This entry already counted the sender's older entries of the window.
            if count + entry.recent < max {
                return Self::AtMost(count + entry.recent);
            }
            count += 1;
            if count >= max {
                return Self::Full { oldest: entry.created_at };
            }
        }
        if complete { Self::AtMost(count) } else { Self::Unknown }
    }
}

#[cfg(test)]
mod tests;
