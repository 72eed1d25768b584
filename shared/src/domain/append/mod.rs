//! Decides what an append does next, from what was read so far.

use std::time::Duration;

use super::{
    Draft, Entry, Intent, Timestamp, Window,
    log::{self, Verdict},
    plan::{self, Plan, Refusal, Situation},
};

/// The next step of an append.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    /// Write this plan. The write's condition fails if another entry took the number.
    Write(Box<Plan>),
    /// The intent was carried out before, by these entries, newest first.
    Found(Vec<Entry>),
    /// Read entries that are older than the window.
    LookFurther {
        /// True looks for an earlier copy of the message, false for the sender's entries of the last 10 s.
        for_copy: bool,
    },
    /// Read the window again, consistently: the decision depends on entries that it may not have.
    Reread,
    /// Reject the intent.
    Refuse(Refused),
}

/// Why an intent is rejected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refused {
    /// The sender is not a member of the conversation, or it does not exist.
    NotAMember,
    /// The time in the client id is too far ahead.
    ClientIdInFuture,
    /// There are too many entries after the time in the client id to search for an earlier copy.
    ClientIdTooOld,
    /// The sender added too many entries, and may add the next one after this time.
    TooMany(Duration),
    /// A rule of the conversation forbids it.
    Rule(Refusal),
}

/// Decides the next step. `target` is the message that the intent changes or replies to.
///
/// A window from an eventually consistent read is enough for a write, because the condition of the write detects newer entries.
/// It is not enough to reject a member, or to return an earlier entry (I2, I4).
pub fn decide(
    draft: &Draft,
    window: &Window,
    target: Option<&Entry>,
    now: Timestamp,
    max_per_sender: u32,
) -> Decision {
    let if_consistent = |decision| if window.is_consistent { decision } else { Decision::Reread };

    // If this request removed the sender and the response to its write was lost, the sender still gets the result.
    let was_written = window.newest_first().any(|entry| draft.wrote(entry));
    if !window.has_member(draft.sender_id) && !was_written {
        return if_consistent(Decision::Refuse(Refused::NotAMember));
    }
    let entries = window.newest_first();
    let verdict = log::check_append(entries, window.is_complete(), draft, now, max_per_sender);
    let recent = match verdict {
        Verdict::Append { recent } => recent,
        Verdict::Duplicate(entries) => return if_consistent(Decision::Found(entries)),
        Verdict::LookFurther { for_copy } => return Decision::LookFurther { for_copy },
        Verdict::TooMany { retry_after } => return Decision::Refuse(Refused::TooMany(retry_after)),
    };
    if draft.client_id().is_some_and(|client_id| log::is_in_future(client_id, now)) {
        return Decision::Refuse(Refused::ClientIdInFuture);
    }
    // I4: a message that changed after the window was read is shown only to a user who is still a member then.
    let is_behind = target.is_some_and(|target| target.as_of_seq() > window.head_seq());
    if is_behind && !matches!(draft.intent, Intent::Send(_)) {
        return Decision::Reread;
    }
    let newest = window.newest();
    let situation = Situation { conversation: &window.conversation, newest, target, recent, now };
    match plan::plan(draft, situation) {
        Ok(plan) => Decision::Write(plan.into()),
        Err(refusal) => if_consistent(Decision::Refuse(Refused::Rule(refusal))),
    }
}

#[cfg(test)]
mod tests;
