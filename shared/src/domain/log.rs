//! The log of a conversation: what an entry is, and what decides whether another may be added.
//!
//! Everything a decision needs stands in the newest entries, read newest first; how far back it has
//! to look, the entries themselves tell.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{
    ClientId, ConversationId, Emote, Message, Sent, Timestamp, UserId,
    conversation::{Role, Title},
    intent::Draft,
    limits,
};

/// One entry of a conversation's log. What it says, and what the next writer needs to know of all before it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// The conversation.
    pub conversation_id: ConversationId,
    /// Its number: 1, 2, 3 … without a gap.
    pub seq: u64,
    /// Who did it.
    pub sender_id: UserId,
    /// When it was accepted; never before the entry ahead of it.
    pub created_at: Timestamp,
    /// What happened.
    #[serde(flatten)]
    pub body: Body,
    /// The latest time in any client's id up to here: a message made later cannot stand further back.
    pub newest_client_time: u64,
    /// Messages up to here.
    pub message_number: u64,
    /// The newest message up to here; 0: none yet.
    pub last_message_seq: u64,
    /// The number of each member's newest message up to here.
    pub sent: Sent,
    /// Entries of this sender in the 10 s up to here, or more: an upper bound. 0: it is not counted, for it came with
    /// another.
    pub recent: u32,
    /// The latest change of the conversation itself, of its members or its title, up to here; 0: none.
    pub conversation_seq: u64,
    /// Random; tells a writer whose answer was lost that the entry standing there is its own.
    pub write_id: u64,
}

impl Entry {
    /// About the bytes that it takes in the table.
    pub fn size_hint(&self) -> usize {
        let body = self.message().map_or(64, |message| {
            let content = message.content.as_ref().map_or(0, |content| content.as_str().len());
            let reactions =
                message.reactions.iter().map(|reaction| 16 * reaction.users.count() + 48);
            content + reactions.sum::<usize>()
        });
        body + 400
    }

    /// The message that it sent, as it stands now.
    pub fn message(&self) -> Option<&Message> {
        match &self.body {
            Body::Message(message) => Some(message),
            _ => None,
        }
    }

    /// The latest entry that this row shows something of: its own, or one that changed its message.
    pub fn as_of_seq(&self) -> u64 {
        self.message().map_or(0, |message| message.changed_seq).max(self.seq)
    }
}

/// What happened in an entry. Of an edit, a deletion and a reaction it says only to which message: that stands in
/// its own entry, changed, and no older text is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Body {
    /// A message was sent.
    Message(Message),
    /// Its sender changed the text of a message.
    Edit {
        /// The message.
        target_seq: u64,
    },
    /// A message was deleted.
    Delete {
        /// The message.
        target_seq: u64,
    },
    /// Somebody reacted to a message.
    ReactionAdded {
        /// The message.
        target_seq: u64,
        /// With this.
        emote: Emote,
    },
    /// Somebody took their reaction back.
    ReactionRemoved {
        /// The message.
        target_seq: u64,
        /// Which.
        emote: Emote,
    },
    /// Somebody is a member now, or has another role.
    MemberAdded {
        /// Who.
        user_id: UserId,
        /// As what.
        role: Role,
    },
    /// Somebody left or was removed.
    MemberRemoved {
        /// Who.
        user_id: UserId,
        /// What they were.
        role: Role,
    },
    /// The group has another title.
    TitleChanged {
        /// Which.
        title: Title,
    },
}

impl Body {
    /// The message that it changed.
    pub fn target_seq(&self) -> Option<u64> {
        match self {
            Self::Edit { target_seq }
            | Self::Delete { target_seq }
            | Self::ReactionAdded { target_seq, .. }
            | Self::ReactionRemoved { target_seq, .. } => Some(*target_seq),
            Self::Message(_)
            | Self::MemberAdded { .. }
            | Self::MemberRemoved { .. }
            | Self::TitleChanged { .. } => None,
        }
    }
}

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
pub fn consider<'a>(
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
            let opens_at = oldest + limits::ENTRIES_WINDOW;
            // A sandbox whose clock was ahead may have left a time in the future.
            let retry_after = opens_at.since(now).min(limits::ENTRIES_WINDOW);
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
        let opens_at = now - limits::ENTRIES_WINDOW;
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
#[path = "log_tests.rs"]
mod tests;
