//! What the HTTP API and the socket do alike with conversations.

use std::collections::BTreeMap;

use crate::{
    domain::{
        Account, ConnectionId, ConversationId, Head, Member, Timestamp, UserId,
        conversation::{self, Membership},
    },
    problem::{Code, Problem},
    protocol::{
        frame::{Event, ReadMark},
        view,
    },
    push::{self, Pusher},
    store::{Appended, Store, Window},
};

/// Something to push once the answer is safe.
#[derive(Debug, Clone)]
pub struct Tell {
    /// Whom it concerns.
    pub user_ids: Vec<UserId>,
    /// What.
    pub event: Event,
}

impl Tell {
    /// Pushes it to everybody but the socket that asked.
    pub async fn push(self, store: &Store, pusher: &Pusher, except: Option<&ConnectionId>) {
        push::fan_out(store, pusher, &self.user_ids, self.event, except).await;
    }
}

/// The conversation with its newest entries, for a member; for anybody else there is none (I4).
///
/// # Errors
/// [`Code::NotFound`]
pub async fn enter(
    store: &Store,
    conversation_id: &ConversationId,
    user_id: UserId,
    entries: u64,
) -> Result<Window, Problem> {
    let window = store.window(conversation_id, entries, true).await?;
    window.filter(|window| window.admits(user_id)).ok_or_else(|| Problem::new(Code::NotFound))
}

/// A conversation with all its members, as the reader sees it.
///
/// # Errors
/// The table's.
pub async fn show(
    store: &Store,
    window: &Window,
    reader: UserId,
) -> Result<view::Conversation, Problem> {
    let conversation = &window.conversation;
    let user_ids = user_ids(&conversation.members);
    let (memberships, accounts) = futures::future::try_join(
        store.memberships_in(&conversation.id, &user_ids),
        store.accounts(&user_ids),
    )
    .await?;
    let now = store.clock().now();
    let members = members(&conversation.members, &accounts, Some(&memberships), now);
    let mine = memberships.get(&reader);
    let (read_seq, read_number) = mine.map_or((0, 0), |mine| (mine.read_seq, mine.read_number));
    let head = Head::new(conversation, window.newest());
    Ok(view::Conversation::new(&head, members, reader, read_seq, read_number))
}

/// Members as they are shown; with their read marks where those were looked up.
pub fn members(
    members: &[Member],
    accounts: &BTreeMap<UserId, Account>,
    memberships: Option<&BTreeMap<UserId, Membership>>,
    now: Timestamp,
) -> Vec<view::Member> {
    let shown = members.iter().filter_map(|member| {
        let account = accounts.get(&member.user_id)?;
        let read_seq = memberships
            .map(|memberships| memberships.get(&member.user_id).map_or(0, |mark| mark.read_seq));
        Some(view::Member {
            user: account.into(),
            role: member.role,
            online: account.online(now),
            read_seq,
        })
    });
    shown.collect()
}

/// The ids of members.
pub fn user_ids(members: &[Member]) -> Vec<UserId> {
    members.iter().map(|member| member.user_id).collect()
}

/// Moves the head hint to an entry that stood there already: whoever wrote it may have crashed before.
pub async fn mend_head(store: &Store, appended: &Appended) {
    push::within_deadline(move_head(store, appended)).await;
}

async fn move_head(store: &Store, appended: &Appended) {
    if let Err(error) = store.put_head(&appended.conversation, &appended.entry).await {
        tracing::warn!(error.message = %error, "a head hint was lost");
    }
}

/// Moves the head hint and pushes an entry, at once: the entry is safe, both are hints.
pub async fn tell_entry(
    store: &Store,
    pusher: &Pusher,
    appended: &Appended,
    except: Option<&ConnectionId>,
) {
    let members = user_ids(&appended.conversation.members);
    let event = Event::entry(&appended.entry);
    let head = push::within_deadline(move_head(store, appended));
    futures::future::join(head, push::fan_out(store, pusher, &members, event, except)).await;
}

/// Moves a member's read mark forward. There is something to tell if it moved.
///
/// # Errors
/// [`Code::NotFound`] for anybody else, [`Code::InvalidRequest`] past the head.
pub async fn read(
    store: &Store,
    conversation_id: &ConversationId,
    user_id: UserId,
    seq: u64,
) -> Result<(ReadMark, Option<Tell>), Problem> {
    let window = enter(store, conversation_id, user_id, 1).await?;
    let read_number = match window.newest() {
        _ if seq == 0 => 0,
        Some(newest) if newest.seq == seq => newest.message_number,
        Some(newest) if newest.seq > seq => {
            let entry = store.entry(conversation_id, seq).await?;
            entry.ok_or_else(|| Problem::new(Code::Internal))?.message_number
        }
        _ => return Err(Problem::fault("seq", "is past the newest entry")),
    };
    let mark = conversation::ReadMark { seq, number: read_number };
    let standing = store.move_read_mark(user_id, conversation_id, mark).await?;
    let (mark, moved) = standing.ok_or_else(|| Problem::new(Code::NotFound))?;
    let head = Head::new(&window.conversation, window.newest());
    let answer = ReadMark { read_seq: mark.seq, unread_count: head.unread(user_id, mark.number) };
    let tell = moved.then(|| Tell {
        user_ids: user_ids(&window.conversation.members),
        event: Event::Read {
            conversation_id: conversation_id.clone(),
            user_id,
            read_seq: mark.seq,
        },
    });
    Ok((answer, tell))
}
