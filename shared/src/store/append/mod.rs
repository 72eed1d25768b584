//! Appends to a log: the one write that stores and orders entries and rejects duplicates.
//!
//! Entry `n + 1` is written on condition that it does not exist. A request that loses the race receives the entry that won, adds
//! it to its window, decides again, and tries the next number. If an entry changes a message or the conversation, the same
//! transaction writes that change.

use futures::future::{OptionFuture, try_join};
use tokio::time::Instant;

use super::{CountError, Counter, Error, Range, Store};
use crate::domain::{
    Body, Conversation, ConversationId, Draft, Entry, Intent, UserId, Window,
    append::{Decision, Refused, decide},
    limits,
    plan::Plan,
};
use write::Written;

mod write;

/// Entries that a send reads first. They are enough if there are no other writers, and take about 4 KB.
const INITIAL_ENTRIES: u64 = 6;

/// Each further read requests this many times the entries that were read before.
const LOOK_GROWTH: usize = 4;

/// Lost writes after which the log is read again. Until then, each lost write returns the entry that won.
const LOSSES_BEFORE_READ: u32 = 8;

/// The result of an append.
#[derive(Debug, Clone)]
pub struct Appended {
    /// The entries that the intent added, oldest first. Empty if nothing changed.
    pub entries: Vec<Entry>,
    /// The message that the intent sent or changed, in its current state.
    pub message: Option<Entry>,
    /// Whether the message existed before this request.
    pub duplicate: bool,
    /// The conversation as of the newest of the entries.
    pub conversation: Conversation,
    /// The members before the entries.
    pub members_before: Vec<UserId>,
}

/// Why an append did not happen.
#[derive(Debug, thiserror::Error)]
pub enum AppendError {
    /// The rules reject it.
    #[error("refused: {0:?}")]
    Refused(Refused),
    /// The table failed.
    #[error(transparent)]
    Store(#[from] Error),
}

/// What [`Store::append`] starts from. If it is empty, which is the default, `append` reads the window itself.
#[derive(Debug, Default)]
pub struct InitialRead {
    window: Option<Window>,
    target: Option<Entry>,
}

impl Store {
    /// Reads what [`Store::append`] starts from: the newest entries, and the message that the intent changes or replies to.
    ///
    /// # Errors
    /// [`Error`] if the table fails.
    pub async fn initial_read(
        &self,
        conversation_id: &ConversationId,
        intent: &Intent,
    ) -> Result<InitialRead, Error> {
        // A stale window is harmless for a message, because the write's condition detects it. Other intents may change nothing.
        // Then there is no write whose condition could detect a stale window.
        let consistent = !matches!(intent, Intent::Send(_));
        let window = self.window(conversation_id, INITIAL_ENTRIES, consistent);
        let (window, target) = try_join(window, self.target(conversation_id, intent)).await?;
        Ok(InitialRead { window, target })
    }

    async fn target(
        &self,
        conversation_id: &ConversationId,
        intent: &Intent,
    ) -> Result<Option<Entry>, Error> {
        let target = intent.target_seq().map(|seq| self.entry(conversation_id, seq));
        Ok(OptionFuture::from(target).await.transpose()?.flatten())
    }

    /// Carries out an intent. A message is added once, even if the request is repeated (I1, I2).
    ///
    /// # Errors
    /// [`AppendError`]
    pub async fn append(
        &self,
        conversation_id: &ConversationId,
        initial_read: InitialRead,
        draft: &Draft,
        max_per_sender: u32,
    ) -> Result<Appended, AppendError> {
        let InitialRead { window, mut target } = initial_read;
        let mut window = match window {
            Some(window) => window,
            None => self.reread(conversation_id).await?,
        };
        let started = Instant::now();
        let (mut losses, mut is_long_counted, mut last_message) = (0, false, None);
        loop {
            let now = self.clock.now();
            let plan = match decide(draft, &window, target.as_ref(), now, max_per_sender) {
                Decision::Write(plan) => *plan,
                Decision::Found(entries) => {
                    return self.found(window.conversation, entries, draft).await;
                }
                Decision::LookFurther { for_copy } => {
                    if for_copy && !is_long_counted && is_long(&window) {
                        self.count_long_look_back(draft.sender_id).await?;
                        is_long_counted = true;
                    }
                    self.look_further(&mut window, for_copy).await?;
                    continue;
                }
                Decision::Reread => {
                    window = self.reread(conversation_id).await?;
                    continue;
                }
                Decision::Refuse(refused) => return Err(AppendError::Refused(refused)),
            };
            let write = self.write(&window, draft, &plan, target.as_ref(), &mut last_message);
            let must_catch_up = match write.await? {
                Written::Done => return Ok(Appended::new(draft, window, plan, target)),
                Written::Taken(entry) => {
                    window.push(*entry);
                    (losses + 1) % LOSSES_BEFORE_READ == 0
                }
                Written::Conflict => true,
            };
            losses += 1;
            if must_catch_up {
                if started.elapsed() > limits::internal::APPEND_DEADLINE {
                    return Err(Error::Contended("a log").into());
                }
                super::back_off(losses / LOSSES_BEFORE_READ).await;
                self.catch_up(&mut window, &mut target, &draft.intent).await?;
            }
        }
    }

    /// Returns entries that exist: an earlier copy of a message, or entries that this request wrote although the response was
    /// lost.
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
        // The earlier members are not stored. The result is exact for the users that the entries are about.
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
        let window = self.window(conversation_id, INITIAL_ENTRIES, true).await?;
        window.ok_or(AppendError::Refused(Refused::NotAMember))
    }

    /// Counts a long search for a copy. A search for the sender's rate is not counted, because it covers only 10 s of the log,
    /// and the sender did not cause it.
    async fn count_long_look_back(&self, sender_id: UserId) -> Result<(), AppendError> {
        match self.limit(Counter::LongLookBacks(sender_id)).await {
            Ok(()) => Ok(()),
            Err(CountError::LimitReached { retry_after, .. }) => {
                Err(AppendError::Refused(Refused::TooMany(retry_after)))
            }
            Err(CountError::Store(error)) => Err(error.into()),
        }
    }

    /// Reads entries before the oldest one of the window.
    async fn look_further(&self, window: &mut Window, for_copy: bool) -> Result<(), AppendError> {
        let (seen, bytes) = window.extent();
        if seen >= limits::internal::LOOK_BACK_ENTRIES || bytes >= limits::internal::LOOK_BACK_BYTES
        {
            return Err(match for_copy {
                true => AppendError::Refused(Refused::ClientIdTooOld),
                // There are very many entries within 10 s. A retry in a moment needs to read fewer.
                false => Error::Contended("a log").into(),
            });
        }
        let wanted = (seen * LOOK_GROWTH).min(limits::internal::LOOK_BACK_ENTRIES - seen) as u64;
        let max_bytes = limits::internal::LOOK_BACK_BYTES - bytes;
        let before = Range::Before(window.oldest_seq());
        let older = self.entries_within(&window.conversation.id, before, wanted, max_bytes).await?;
        match window.extend_back(older) {
            true => Ok(()),
            false => Err(Error::Contended("a log with a gap").into()),
        }
    }

    /// Reads the entries after the newest one of the window, and the target again. Leaves both unchanged after a temporary
    /// failure of the table, because the next write detects that.
    async fn catch_up(
        &self,
        window: &mut Window,
        target: &mut Option<Entry>,
        intent: &Intent,
    ) -> Result<(), Error> {
        let id = &window.conversation.id;
        let newer = Range::After(window.head_seq());
        let newer = self.entries(id, newer, limits::internal::LOOK_BACK_ENTRIES as u64);
        match try_join(newer, self.target(id, intent)).await {
            Ok((newer, again)) => {
                newer.into_iter().for_each(|entry| window.push(entry));
                *target = again;
                Ok(())
            }
            Err(error) if error.is_transient() => Ok(()),
            Err(error) => Err(error),
        }
    }
}

impl Appended {
    /// The result of a plan that was written.
    fn new(draft: &Draft, before: Window, plan: Plan, target: Option<Entry>) -> Self {
        let message = match &draft.intent {
            Intent::Send(_) => plan.entries.last().cloned(),
            _ => plan.target.or(target),
        };
        Self {
            entries: plan.entries,
            message,
            duplicate: false,
            conversation: plan.conversation,
            members_before: before.conversation.user_ids(),
        }
    }
}

fn is_long(window: &Window) -> bool {
    let (seen, bytes) = window.extent();
    seen >= limits::internal::LONG_LOOK_BACK_ENTRIES
        || bytes >= limits::internal::LONG_LOOK_BACK_BYTES
}
