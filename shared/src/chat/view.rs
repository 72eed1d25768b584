//! Conversations, entries and messages, as one member sees them.

use std::collections::BTreeMap;

use super::enter;
use crate::{
    domain::{Account, Conversation, Entry, Head, Member, ReadMark, Timestamp, UserId, Window},
    protocol::{
        problem::{Code, Problem},
        view,
    },
    store::{self, Appended, Store},
};

/// Returns a conversation with all its members, as the reader sees it.
///
/// # Errors
/// The table's errors, and [`Code::NotFound`] if the reader has left in the meantime.
pub async fn show(
    store: &Store,
    window: &Window,
    reader: UserId,
) -> Result<view::Conversation, Problem> {
    let snapshot = Snapshot::load(store, &window.conversation, window.newest(), None).await?;
    // I4: a change to the newest message may be later than the removal of the reader.
    let last_message = snapshot.head.last_message.as_ref();
    if last_message.is_some_and(|message| message.as_of_seq() > window.head_seq()) {
        enter(store, &window.conversation.id, reader, 1).await?;
    }
    snapshot.view_for(reader).ok_or_else(|| Problem::new(Code::NotFound))
}

/// A conversation with all data that its members see.
#[derive(Debug)]
pub struct Snapshot<'a> {
    conversation: &'a Conversation,
    head: Head,
    read: BTreeMap<UserId, ReadMark>,
    accounts: BTreeMap<UserId, Account>,
    now: Timestamp,
}

impl<'a> Snapshot<'a> {
    /// Loads the data of a conversation. If `known` is the newest message, it is not read again.
    ///
    /// # Errors
    /// The table's errors.
    pub async fn load(
        store: &Store,
        conversation: &'a Conversation,
        newest: Option<&Entry>,
        known: Option<&Entry>,
    ) -> Result<Self, store::Error> {
        let user_ids = conversation.user_ids();
        let (memberships, accounts, last_message) = futures::future::try_join3(
            store.memberships_in(&conversation.id, &user_ids),
            store.accounts(&user_ids),
            async {
                match newest {
                    Some(newest) => store.last_message(newest, known).await,
                    None => Ok(None),
                }
            },
        )
        .await?;
        let read =
            memberships.iter().map(|(user_id, membership)| (*user_id, membership.read())).collect();
        let head = Head::new(conversation, newest, last_message.as_ref());
        Ok(Self { conversation, head, read, accounts, now: store.clock().now() })
    }

    /// Loads the data of a new conversation, which has no messages and no read marks.
    ///
    /// # Errors
    /// The table's errors.
    pub async fn for_new(
        store: &Store,
        conversation: &'a Conversation,
    ) -> Result<Self, store::Error> {
        let user_ids = conversation.user_ids();
        let accounts = store.accounts(&user_ids).await?;
        let read = user_ids.into_iter().map(|user_id| (user_id, ReadMark::default())).collect();
        let head = Head::new(conversation, None, None);
        Ok(Self { conversation, head, read, accounts, now: store.clock().now() })
    }

    /// The conversation as a member sees it, or `None` if the reader is not a member (I4).
    pub fn view_for(&self, reader: UserId) -> Option<view::Conversation> {
        let (member, read) = (self.conversation.member(reader)?, self.read.get(&reader)?);
        let members =
            members(&self.conversation.members, &self.accounts, Some(&self.read), self.now);
        Some(view::Conversation::new(&self.head, members, reader, member.slot, *read))
    }
}

/// Members as the APIs show them, with their read marks if `read` has them.
pub fn members(
    members: &[Member],
    accounts: &BTreeMap<UserId, Account>,
    read: Option<&BTreeMap<UserId, ReadMark>>,
    now: Timestamp,
) -> Vec<view::Member> {
    let views = members.iter().filter_map(|member| {
        let account = accounts.get(&member.user_id)?;
        let read_seq = read.map(|read| read.get(&member.user_id).map_or(0, |mark| mark.seq));
        Some(view::Member {
            user: account.into(),
            role: member.role,
            online: account.online(now),
            read_seq,
        })
    });
    views.collect()
}

/// Entries as the reader sees them, with the messages that they changed.
///
/// # Errors
/// [`Code::Internal`] if such a message is missing. This never happens, because an entry and its message are written together.
pub fn entries(
    entries: &[Entry],
    targets: &BTreeMap<u64, Entry>,
    reader: UserId,
) -> Result<Vec<view::Entry>, Problem> {
    let views = entries.iter().map(|entry| {
        let target = entry.body.target_seq().and_then(|seq| targets.get(&seq));
        view::Entry::new(entry, target, reader)
    });
    views.collect::<Option<_>>().ok_or_else(|| Problem::new(Code::Internal))
}

/// The message that an intent changed, in its current state.
///
/// # Errors
/// [`Code::NotFound`] if there is none.
pub fn message(appended: &Appended, reader: UserId) -> Result<view::Message, Problem> {
    let message = appended.message.as_ref().and_then(|entry| view::Message::new(entry, reader));
    message.ok_or_else(|| Problem::new(Code::NotFound))
}

/// The user, as they see themselves.
///
/// # Errors
/// [`Code::InvalidToken`] if the account does not exist, and the table's errors.
pub async fn current_user(store: &Store, user_id: UserId) -> Result<view::CurrentUser, Problem> {
    let account = store.account(user_id).await?;
    account.as_ref().map(view::CurrentUser::from).ok_or_else(|| Problem::new(Code::InvalidToken))
}
