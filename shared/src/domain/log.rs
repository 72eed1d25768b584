//! The log of a conversation: what an entry is, and what decides whether another may be added.
//!
//! Everything a decision needs stands in the newest entries, read newest first; how far back it has
//! to look, the entries themselves tell.

use std::{collections::BTreeMap, time::Duration};

use serde::{Deserialize, Serialize};

use super::{ClientId, Content, ConversationId, Fields, Timestamp, UserId, limits};

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
    /// The number of each sender's newest message up to here.
    pub sent: BTreeMap<UserId, u64>,
    /// Entries of this sender in the 10 s up to here, or more: an upper bound.
    pub recent: u32,
    /// The latest change of members.
    pub members_seq: u64,
    /// Random; tells a writer whose answer was lost that the entry standing there is its own.
    pub write_id: u64,
}

impl Entry {
    /// About the bytes that it takes in the table.
    pub fn size_hint(&self) -> usize {
        let Body::Message(message) = &self.body;
        message.content.as_str().len() + 32 * self.sent.len() + 320
    }
}

/// What happened in an entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Body {
    /// A message was sent.
    Message(Message),
}

/// A message as its sender wrote it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    /// The sender's own id of it.
    pub client_id: ClientId,
    /// The text.
    pub content: Content,
    /// The message that it answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply_to: Option<u64>,
}

impl Message {
    /// Reads `client_id`, `content` and `reply_to` of a request to send.
    pub fn parse(fields: &mut Fields) -> Option<Self> {
        let client_id = fields.text("client_id", str::parse::<ClientId>);
        let content = fields.text("content", Content::parse);
        let reply_to = fields.optional_number("reply_to", 1);
        Some(Self { client_id: client_id?, content: content?, reply_to: reply_to? })
    }
}

/// A message that somebody wants to send.
#[derive(Debug, Clone)]
pub struct Draft {
    /// Who.
    pub sender_id: UserId,
    /// What.
    pub message: Message,
    /// Random, one for each request.
    pub write_id: u64,
}

/// What the entries seen so far say of a draft.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// Add this entry.
    Append(Box<Entry>),
    /// It stands there already.
    Duplicate(Box<Entry>),
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
    conversation_id: &ConversationId,
    newest_first: impl Iterator<Item = &'a Entry> + Clone,
    complete: bool,
    draft: &Draft,
    now: Timestamp,
    most_per_sender: u32,
) -> Verdict {
    if let Some(copy) = newest_first.clone().find(|entry| is_copy(entry, draft)) {
        return Verdict::Duplicate(Box::new(copy.clone()));
    }
    let client_time = draft.message.client_id.time().as_millis();
    let id_is_covered =
        complete || newest_first.clone().any(|entry| entry.newest_client_time < client_time);
    if !id_is_covered {
        return Verdict::LookFurther { for_copy: true };
    }
    let recent = match Recent::count(
        newest_first.clone(),
        complete,
        draft.sender_id,
        now,
        most_per_sender,
    ) {
        Recent::AtMost(recent) => recent,
        Recent::Unknown => return Verdict::LookFurther { for_copy: false },
        Recent::Full { oldest } => {
            let opens_at = oldest + limits::ENTRIES_WINDOW;
            // A sandbox whose clock was ahead may have left a time in the future.
            let retry_after = opens_at.since(now).min(limits::ENTRIES_WINDOW);
            return Verdict::TooMany { retry_after };
        }
    };
    let newest = newest_first.clone().next();
    let message_number = newest.map_or(0, |entry| entry.message_number) + 1;
    let mut sent = newest.map(|entry| entry.sent.clone()).unwrap_or_default();
    sent.insert(draft.sender_id, message_number);
    Verdict::Append(Box::new(Entry {
        conversation_id: conversation_id.clone(),
        seq: newest.map_or(0, |entry| entry.seq) + 1,
        sender_id: draft.sender_id,
        created_at: newest.map_or(now, |entry| entry.created_at.max(now)),
        body: Body::Message(draft.message.clone()),
        newest_client_time: newest.map_or(0, |entry| entry.newest_client_time).max(client_time),
        message_number,
        sent,
        recent: recent + 1,
        members_seq: newest.map_or(0, |entry| entry.members_seq),
        write_id: draft.write_id,
    }))
}

/// Whether the time in a client's id is too far ahead of ours.
pub fn is_in_future(client_id: &ClientId, now: Timestamp) -> bool {
    client_id.time() > now + limits::CLIENT_ID_AHEAD
}

fn is_copy(entry: &Entry, draft: &Draft) -> bool {
    let Body::Message(message) = &entry.body;
    entry.sender_id == draft.sender_id && message.client_id == draft.message.client_id
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
            if entry.sender_id != sender_id {
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
