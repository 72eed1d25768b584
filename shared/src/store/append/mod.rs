//! Appends to a log: the one write that stores, orders and refuses doubles.
//!
//! Entry `n + 1` is put on condition that nothing stands there. Whoever loses the race is handed the
//! entry that won, considers it like any other, and tries the next number. What an entry changes, a message or the
//! conversation itself, changes in the same transaction.

use std::time::Duration;

use futures::future::{OptionFuture, join, try_join};
use tokio::time::Instant;

use super::{CountError, Counter, Error, Range, Store, Window};
use crate::domain::{
    Body, Conversation, ConversationId, Draft, Entry, Intent, UserId, limits,
    log::{self, Verdict},
    plan::{self, Refusal, Situation},
};
use write::Written;

mod write;

/// Entries that a send reads at first: enough where nobody else writes, and about 4 KB.
const FIRST_LOOK: u64 = 6;

/// How much further each look back goes than the one before.
const LOOK_GROWTH: usize = 4;

/// Entries that are walked over one by one, each handed over by a lost put, before reading anew.
const WALKS: u32 = 8;

/// What an intent came to.
#[derive(Debug, Clone)]
pub struct Appended {
    /// The entries that it added, oldest first; none where all was as intended already.
    pub entries: Vec<Entry>,
    /// The message that it sent or was about, as it stands now.
    pub message: Option<Entry>,
    /// Whether a message stood there before this request.
    pub duplicate: bool,
    /// The conversation as of the newest of the entries.
    pub conversation: Conversation,
    /// Who were members before them.
    pub members_before: Vec<UserId>,
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
    /// A member may not do it.
    Not(Refusal),
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

/// What [`Store::append`] begins with.
#[derive(Debug, Default)]
pub struct FirstLook {
    window: Option<Window>,
    target: Option<Entry>,
}

impl Store {
    /// Reads what [`Store::append`] begins with: the newest entries, and the message that the intent is about.
    ///
    /// # Errors
    /// The table's.
    pub async fn first_look(
        &self,
        conversation_id: &ConversationId,
        intent: &Intent,
    ) -> Result<FirstLook, Error> {
        // A stale look does a message no harm: it shows when the put fails. Whether anything else has to change is seen from it.
        let consistent = !matches!(intent, Intent::Send(_));
        let window = self.window(conversation_id, FIRST_LOOK, consistent);
        let (window, target) = try_join(window, self.target(conversation_id, intent)).await?;
        Ok(FirstLook { window, target })
    }

    async fn target(
        &self,
        conversation_id: &ConversationId,
        intent: &Intent,
    ) -> Result<Option<Entry>, Error> {
        let target = intent.target_seq().map(|seq| self.entry(conversation_id, seq));
        Ok(OptionFuture::from(target).await.transpose()?.flatten())
    }

    /// Does in a conversation what somebody intends. A message is added once however often it is asked for (I1, I2).
    ///
    /// # Errors
    /// [`AppendError`]
    pub async fn append(
        &self,
        conversation_id: &ConversationId,
        first_look: FirstLook,
        draft: &Draft,
        most_per_sender: u32,
    ) -> Result<Appended, AppendError> {
        let refused = |refused| Err(AppendError::Refused(refused));
        let FirstLook { window, mut target } = first_look;
        let mut window = match window {
            Some(window) => window,
            None => self.reread(conversation_id).await?,
        };
        let started = Instant::now();
        let mut losses = 0;
        let mut is_long_counted = false;
        let mut last_message = None;
        loop {
            // Who left by this very request, and was not told, is no member any more.
            let is_written = window.newest_first.iter().any(|entry| draft.wrote(entry));
            if !window.admits(draft.sender_id) && !is_written {
                if window.consistent {
                    return refused(Refused::NotAMember);
                }
                window = self.reread(conversation_id).await?;
                continue;
            }
            let now = self.clock.now();
            let verdict = log::check_append(
                window.newest_first.iter(),
                window.is_complete(),
                draft,
                now,
                most_per_sender,
            );
            let recent = match verdict {
                Verdict::Append { recent } => recent,
                // What is answered has to be as it stands now, to one who is a member now.
                Verdict::Duplicate(_) if !window.consistent => {
                    window = self.reread(conversation_id).await?;
                    continue;
                }
                Verdict::Duplicate(newest_first) => {
                    return self.found(window.conversation, newest_first, draft).await;
                }
                Verdict::TooMany { retry_after } => return refused(Refused::TooMany(retry_after)),
                Verdict::LookFurther { for_copy } => {
                    if for_copy && !is_long_counted && is_long(&window) {
                        self.count_long_look_back(draft.sender_id).await?;
                        is_long_counted = true;
                    }
                    self.look_further(&mut window, for_copy).await?;
                    continue;
                }
            };
            if draft.client_id().is_some_and(|client_id| log::is_in_future(client_id, now)) {
                return refused(Refused::ClientIdInFuture);
            }
            // I4: what a message became later is looked at, and shown, for who is a member later.
            let is_behind =
                target.as_ref().is_some_and(|target| target.as_of_seq() > window.head_seq());
            if is_behind && !matches!(draft.intent, Intent::Send(_)) {
                window = self.reread(conversation_id).await?;
                continue;
            }
            let situation = Situation {
                conversation: &window.conversation,
                newest: window.newest(),
                target: target.as_ref(),
                recent,
                now,
            };
            let plan = match plan::plan(draft, situation) {
                Ok(plan) => plan,
                Err(refusal) if window.consistent => return refused(Refused::Not(refusal)),
                Err(_) => {
                    window = self.reread(conversation_id).await?;
                    continue;
                }
            };
            let put = match (&draft.intent, &*plan.entries) {
                (_, []) => Ok(Written::Done),
                (Intent::Send(_), [entry]) => self.put_entry(entry).await,
                _ => self.put_all(&window, &plan, target.as_ref(), &mut last_message).await,
            };
            match put {
                // It may have been written all the same; then it is found by its id.
                Err(error) if error.is_passing() => losses += 1,
                Err(error) => return Err(error.into()),
                Ok(Written::Done) => {
                    let message = match &draft.intent {
                        Intent::Send(_) => plan.entries.last().cloned(),
                        _ => plan.target.or(target),
                    };
                    return Ok(Appended {
                        entries: plan.entries,
                        message,
                        duplicate: false,
                        conversation: plan.conversation,
                        members_before: window.conversation.user_ids(),
                    });
                }
                Ok(Written::Standing(standing)) => {
                    window.push(*standing);
                    losses += 1;
                    if losses % WALKS != 0 {
                        continue;
                    }
                }
                Ok(Written::Conflict) => losses += 1,
            }
            if started.elapsed() > limits::internal::APPEND_DEADLINE {
                return Err(Error::Contended("a log").into());
            }
            super::back_off(losses / WALKS).await;
            let again = self.target(conversation_id, &draft.intent);
            let (caught_up, again) = join(self.catch_up(&mut window), again).await;
            match caught_up.and(again) {
                Ok(again) => target = again,
                Err(error) if !error.is_passing() => return Err(error.into()),
                // Not caught up: the next put shows it.
                Err(_) => {}
            }
        }
    }

    /// What stands there already: an earlier copy of a message, or what this very request wrote without being told.
    async fn found(
        &self,
        conversation: Conversation,
        newest_first: Vec<Entry>,
        draft: &Draft,
    ) -> Result<Appended, AppendError> {
        let entries: Vec<Entry> = newest_first.into_iter().rev().collect();
        let message = match &draft.intent {
            Intent::Send(_) => entries.last().cloned(),
            other => self.target(&conversation.id, other).await?,
        };
        let duplicate = entries.iter().any(|entry| entry.write_id != draft.write_id);
        // Nobody can tell any more who was a member before, but for those whom the entries are about.
        let mut members_before = conversation.user_ids();
        for entry in &entries {
            match entry.body {
                Body::MemberAdded { user_id, .. } => {
                    members_before.retain(|member| *member != user_id);
                }
                Body::MemberRemoved { user_id, .. } => members_before.push(user_id),
                _ => {}
            }
        }
        Ok(Appended { entries, message, duplicate, conversation, members_before })
    }

    async fn reread(&self, conversation_id: &ConversationId) -> Result<Window, AppendError> {
        let window = self.window(conversation_id, FIRST_LOOK, true).await?;
        window.ok_or(AppendError::Refused(Refused::NotAMember))
    }

    /// Counts a far search for a copy. A search for the sender's rate ends within 10 s of log, and is nobody's fault.
    async fn count_long_look_back(&self, sender_id: UserId) -> Result<(), AppendError> {
        match self.limit(Counter::LongLookBacks(sender_id)).await {
            Ok(()) => Ok(()),
            Err(CountError::LimitReached { retry_after, .. }) => {
                Err(AppendError::Refused(Refused::TooMany(retry_after)))
            }
            Err(CountError::Store(error)) => Err(error.into()),
        }
    }

    /// Reads older entries onto the end of the window.
    async fn look_further(&self, window: &mut Window, for_copy: bool) -> Result<(), AppendError> {
        let (seen, bytes) = extent(window);
        if seen >= limits::internal::LOOK_BACK_ENTRIES || bytes >= limits::internal::LOOK_BACK_BYTES
        {
            return Err(match for_copy {
                true => AppendError::Refused(Refused::ClientIdTooOld),
                // So much within 10 s: whoever it is, they come again in a moment.
                false => Error::Contended("a log").into(),
            });
        }
        let oldest = window.newest_first.back().map_or(0, |entry| entry.seq);
        let wanted = (seen * LOOK_GROWTH).min(limits::internal::LOOK_BACK_ENTRIES - seen) as u64;
        let room = limits::internal::LOOK_BACK_BYTES - bytes;
        let id = &window.conversation.id;
        let older = self.entries_within(id, Range::Before(oldest), wanted, room).await?;
        if older.first().is_none_or(|entry| entry.seq + 1 != oldest) {
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
                limits::internal::LOOK_BACK_ENTRIES as u64,
            )
            .await?;
        for entry in newer {
            window.push(entry);
        }
        Ok(())
    }
}

/// How many entries a window has, and about how many bytes.
fn extent(window: &Window) -> (usize, usize) {
    (window.newest_first.len(), window.newest_first.iter().map(Entry::size_hint).sum())
}

fn is_long(window: &Window) -> bool {
    let (seen, bytes) = extent(window);
    seen >= limits::internal::LONG_LOOK_BACK_ENTRIES
        || bytes >= limits::internal::LONG_LOOK_BACK_BYTES
}
