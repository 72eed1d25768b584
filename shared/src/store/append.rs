//! Appends to a log: the one write that stores, orders and refuses doubles.
//!
//! Entry `n + 1` is put on condition that nothing stands there. Whoever loses the race is handed the
//! entry that won, considers it like any other, and tries the next number.

use std::time::Duration;

use aws_sdk_dynamodb::{
    operation::put_item::PutItemError, types::ReturnValuesOnConditionCheckFailure,
};
use tokio::time::Instant;

use super::{Counter, Error, Key, Over, Range, Store, Window, from_item, to_item};
use crate::domain::{
    Conversation, ConversationId, Draft, Entry, UserId, limits,
    log::{self, Verdict},
};

/// Entries that a send reads at first: enough where nobody else writes, and about 4 KB.
const FIRST_LOOK: u64 = 6;

/// How much further each look back goes than the one before.
const LOOK_GROWTH: usize = 4;

/// Entries that are walked over one by one, each handed over by a lost put, before reading anew.
const WALKS: u32 = 8;

/// An entry that stands in the log.
#[derive(Debug, Clone)]
pub struct Appended {
    /// The entry.
    pub entry: Entry,
    /// Whether it stood there before this request.
    pub duplicate: bool,
    /// The conversation as of the entry.
    pub conversation: Conversation,
}

/// Why an entry is not added.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refused {
    /// There is no such conversation for the sender.
    NotAMember,
    /// The time in the client's id is too far ahead.
    ClientIdInFuture,
    /// Too much came after the time in the client's id.
    ClientIdTooOld,
    /// The sender has to wait.
    TooMany(Duration),
    /// The message that it answers does not exist.
    NoSuchMessage,
}

/// Why an append did not happen.
#[derive(Debug, thiserror::Error)]
pub enum AppendError {
    /// It may not.
    #[error("refused: {0:?}")]
    Refused(Refused),
    /// It could not.
    #[error(transparent)]
    Store(#[from] Error),
}

impl Store {
    /// The window that [`Store::append`] begins with. A stale one does no harm: it shows when the put fails.
    ///
    /// # Errors
    /// The table's.
    pub async fn first_look(
        &self,
        conversation_id: &ConversationId,
    ) -> Result<Option<Window>, Error> {
        self.window(conversation_id, FIRST_LOOK, false).await
    }

    /// Adds a message to the log of a conversation, once however often it is asked for (I1, I2).
    ///
    /// # Errors
    /// [`AppendError`]
    pub async fn append(
        &self,
        conversation_id: &ConversationId,
        first_look: Option<Window>,
        draft: &Draft,
        most_per_sender: u32,
    ) -> Result<Appended, AppendError> {
        let refused = |refused| Err(AppendError::Refused(refused));
        let mut window = self.contiguous(conversation_id, first_look).await?;
        let started = Instant::now();
        let mut losses = 0;
        let mut is_long_counted = false;
        loop {
            if !window.admits(draft.sender_id) {
                return refused(Refused::NotAMember);
            }
            let now = self.clock.now();
            let verdict = log::consider(
                conversation_id,
                window.newest_first.iter(),
                window.is_complete(),
                draft,
                now,
                most_per_sender,
            );
            let entry = match verdict {
                Verdict::Duplicate(entry) => {
                    // Its own, where the answer to the put was lost.
                    let duplicate = entry.write_id != draft.write_id;
                    return Ok(Appended {
                        entry: *entry,
                        duplicate,
                        conversation: window.conversation,
                    });
                }
                Verdict::TooMany { retry_after } => return refused(Refused::TooMany(retry_after)),
                Verdict::LookFurther { for_copy } => {
                    if for_copy && !is_long_counted && is_long(&window) {
                        self.count_long_look_back(draft.sender_id).await?;
                        is_long_counted = true;
                    }
                    self.look_further(&mut window).await?;
                    continue;
                }
                Verdict::Append(entry) => entry,
            };
            if log::is_in_future(&draft.message.client_id, now) {
                return refused(Refused::ClientIdInFuture);
            }
            if draft.message.reply_to.is_some_and(|seq| seq >= entry.seq) {
                if window.consistent {
                    return refused(Refused::NoSuchMessage);
                }
                window = self.reread(conversation_id).await?;
                continue;
            }
            match self.put_entry(&entry).await {
                // It may have been written all the same; then it is found by its id.
                Err(error) if error.is_passing() => losses += 1,
                Err(error) => return Err(error.into()),
                Ok(Put::Done) => {
                    return Ok(Appended {
                        entry: *entry,
                        duplicate: false,
                        conversation: window.conversation,
                    });
                }
                Ok(Put::Standing(standing)) => {
                    window.newest_first.push_front(*standing);
                    losses += 1;
                    if losses % WALKS != 0 {
                        continue;
                    }
                }
                Ok(Put::Conflict) => losses += 1,
            }
            if started.elapsed() > limits::APPEND_DEADLINE {
                return Err(Error::Contended("a log").into());
            }
            super::back_off(losses / WALKS).await;
            match self.catch_up(&mut window).await {
                Err(error) if !error.is_passing() => return Err(error.into()),
                // Not caught up: the next put shows it.
                _ => {}
            }
        }
    }

    /// The window, read again with consistency where it was missing or had a gap.
    async fn contiguous(
        &self,
        conversation_id: &ConversationId,
        window: Option<Window>,
    ) -> Result<Window, AppendError> {
        match window {
            Some(window) if is_contiguous(&window) => Ok(window),
            _ => self.reread(conversation_id).await,
        }
    }

    async fn reread(&self, conversation_id: &ConversationId) -> Result<Window, AppendError> {
        let window = self.window(conversation_id, FIRST_LOOK, true).await?;
        window.ok_or(AppendError::Refused(Refused::NotAMember))
    }

    /// Counts a far search for a copy. A search for the sender's rate ends within 10 s of log, and is nobody's fault.
    async fn count_long_look_back(&self, sender_id: UserId) -> Result<(), AppendError> {
        let counter = Counter::LongLookBacks(sender_id);
        match self.count(counter, limits::LONG_LOOK_BACKS).await? {
            Ok(()) => Ok(()),
            Err(Over { retry_after }) => Err(AppendError::Refused(Refused::TooMany(retry_after))),
        }
    }

    /// Reads older entries onto the end of the window.
    async fn look_further(&self, window: &mut Window) -> Result<(), AppendError> {
        let (seen, bytes) = extent(window);
        if seen >= limits::LOOK_BACK_ENTRIES || bytes >= limits::LOOK_BACK_BYTES {
            return Err(AppendError::Refused(Refused::ClientIdTooOld));
        }
        let oldest = window.newest_first.back().map_or(0, |entry| entry.seq);
        let wanted = (seen * LOOK_GROWTH).min(limits::LOOK_BACK_ENTRIES - seen) as u64;
        let room = limits::LOOK_BACK_BYTES - bytes;
        let id = &window.conversation.id;
        let older = self.entries_within(id, Range::Before(oldest), wanted, room).await?;
        if older.is_empty() {
            return Err(Error::Contended("a log with a gap").into());
        }
        window.newest_first.extend(older);
        Ok(())
    }

    /// Reads the entries that came after the window's newest.
    async fn catch_up(&self, window: &mut Window) -> Result<(), Error> {
        let newest = window.head_seq();
        let newer = self
            .entries(
                &window.conversation.id,
                Range::After(newest),
                limits::LOOK_BACK_ENTRIES as u64,
            )
            .await?;
        for entry in newer {
            window.newest_first.push_front(entry);
        }
        Ok(())
    }

    async fn put_entry(&self, entry: &Entry) -> Result<Put, Error> {
        let key = Key::entry(&entry.conversation_id, entry.seq);
        let result = self
            .client
            .put_item()
            .table_name(&self.table)
            .set_item(Some(to_item("entry", &key, entry)?))
            // I1, I2: an entry is written where nothing stands, and never over another.
            .condition_expression("attribute_not_exists(pk)")
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
            .send()
            .await;
        let error = match result {
            Ok(_) => return Ok(Put::Done),
            Err(error) => error,
        };
        match error.as_service_error() {
            Some(PutItemError::ConditionalCheckFailedException(failed)) => {
                match failed.item.clone() {
                    Some(item) => Ok(Put::Standing(from_item("entry", item)?)),
                    None => Ok(Put::Conflict),
                }
            }
            Some(PutItemError::TransactionConflictException(_)) => Ok(Put::Conflict),
            _ => Err(Error::call("PutItem", &error)),
        }
    }
}

/// What became of a put.
enum Put {
    Done,
    /// Another entry stands there.
    Standing(Box<Entry>),
    /// Something was in the way, and what stands there was not told.
    Conflict,
}

/// How many entries a window has, and about how many bytes.
fn extent(window: &Window) -> (usize, usize) {
    (window.newest_first.len(), window.newest_first.iter().map(Entry::size_hint).sum())
}

fn is_long(window: &Window) -> bool {
    let (seen, bytes) = extent(window);
    seen >= limits::LONG_LOOK_BACK_ENTRIES || bytes >= limits::LONG_LOOK_BACK_BYTES
}

fn is_contiguous(window: &Window) -> bool {
    let seqs = window.newest_first.iter().map(|entry| entry.seq);
    seqs.clone().zip(seqs.skip(1)).all(|(newer, older)| newer == older + 1)
}
