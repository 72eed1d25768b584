//! What the HTTP API and the socket do alike with conversations.

use std::collections::BTreeMap;

use crate::{
    domain::{
        Account, Body, ConnectionId, Conversation, ConversationId, Entry, Head, Member, Timestamp,
        UserId, conversation::ReadMark,
    },
    problem::{Code, Problem},
    protocol::{
        frame::{self, Event},
        view,
    },
    push::{self, Pusher, Pushes},
    store::{self, Appended, Store, Window},
};

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

/// Makes sure that what was read after the window was read by a member: where something happened since, the member may have
/// been removed before it (I4).
///
/// # Errors
/// [`Code::NotFound`]
pub async fn still_admits(
    store: &Store,
    window: &Window,
    read: impl IntoIterator<Item = &Entry>,
    user_id: UserId,
) -> Result<(), Problem> {
    if read.into_iter().any(|entry| entry.as_of_seq() > window.head_seq()) {
        enter(store, &window.conversation.id, user_id, 1).await?;
    }
    Ok(())
}

/// A conversation with all its members, as the reader sees it.
///
/// # Errors
/// The table's, and [`Code::NotFound`] for who left meanwhile.
pub async fn show(
    store: &Store,
    window: &Window,
    reader: UserId,
) -> Result<view::Conversation, Problem> {
    let picture = Picture::load(store, &window.conversation, window.newest(), None).await?;
    // I4: the newest message may have been changed after the reader was removed.
    let last_message = picture.head.last_message.as_ref();
    if last_message.is_some_and(|message| message.as_of_seq() > window.head_seq()) {
        enter(store, &window.conversation.id, reader, 1).await?;
    }
    picture.shown_to(reader).ok_or_else(|| Problem::new(Code::NotFound))
}

/// A conversation with all that is shown of it to its members.
#[derive(Debug)]
pub struct Picture<'a> {
    conversation: &'a Conversation,
    head: Head,
    read: BTreeMap<UserId, ReadMark>,
    accounts: BTreeMap<UserId, Account>,
    now: Timestamp,
}

impl<'a> Picture<'a> {
    /// Looks up what is shown of a conversation. `known` is a message that need not be read again, if it is the newest.
    ///
    /// # Errors
    /// The table's.
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
        let read = memberships.iter().map(|(user_id, mine)| (*user_id, mine.read())).collect();
        let head = Head::new(conversation, newest, last_message.as_ref());
        Ok(Self { conversation, head, read, accounts, now: store.clock().now() })
    }

    /// Of a conversation that was just made: nothing was said and nothing read.
    ///
    /// # Errors
    /// The table's.
    pub async fn of_new(
        store: &Store,
        conversation: &'a Conversation,
    ) -> Result<Self, store::Error> {
        let user_ids = conversation.user_ids();
        let accounts = store.accounts(&user_ids).await?;
        let read = user_ids.into_iter().map(|user_id| (user_id, ReadMark::default())).collect();
        let head = Head::new(conversation, None, None);
        Ok(Self { conversation, head, read, accounts, now: store.clock().now() })
    }

    /// As a member sees it; `None` for who is none (I4).
    pub fn shown_to(&self, reader: UserId) -> Option<view::Conversation> {
        let (member, read) = (self.conversation.member(reader)?, self.read.get(&reader)?);
        let members =
            members(&self.conversation.members, &self.accounts, Some(&self.read), self.now);
        Some(view::Conversation::new(&self.head, members, reader, member.slot, *read))
    }
}

/// Members as they are shown; with their read marks where those were looked up.
pub fn members(
    members: &[Member],
    accounts: &BTreeMap<UserId, Account>,
    read: Option<&BTreeMap<UserId, ReadMark>>,
    now: Timestamp,
) -> Vec<view::Member> {
    let shown = members.iter().filter_map(|member| {
        let account = accounts.get(&member.user_id)?;
        let read_seq = read.map(|read| read.get(&member.user_id).map_or(0, |mark| mark.seq));
        Some(view::Member {
            user: account.into(),
            role: member.role,
            online: account.online(now),
            read_seq,
        })
    });
    shown.collect()
}

/// Entries as a reader sees them, with the messages that they changed.
///
/// # Errors
/// [`Code::Internal`] where such a message is missing, which is written with its entry.
pub fn entries(
    entries: &[Entry],
    targets: &BTreeMap<u64, Entry>,
    reader: UserId,
) -> Result<Vec<view::Entry>, Problem> {
    let shown = entries.iter().map(|entry| {
        let target = entry.body.target_seq().and_then(|seq| targets.get(&seq));
        view::Entry::new(entry, target, reader)
    });
    shown.collect::<Option<_>>().ok_or_else(|| Problem::new(Code::Internal))
}

/// The message that an intent was about, as it stands now.
///
/// # Errors
/// [`Code::NotFound`] where there is none.
pub fn message(appended: &Appended, reader: UserId) -> Result<view::Message, Problem> {
    let message = appended.message.as_ref().and_then(|entry| view::Message::new(entry, reader));
    message.ok_or_else(|| Problem::new(Code::NotFound))
}

/// Makes what was added known: moves the head hint and pushes the entries, at once, for the entries are safe and both are
/// hints. Of a message that stood there already only the head is moved: whoever wrote it may have crashed before.
pub async fn tell(
    store: &Store,
    pusher: &Pusher,
    appended: &Appended,
    except: Option<&ConnectionId>,
) {
    let Some(newest) = appended.entries.last() else { return };
    let head = push::within_deadline(async {
        let Appended { conversation, message, .. } = appended;
        if let Err(error) = store.put_head(conversation, newest, message.as_ref()).await {
            tracing::warn!(error.message = %error, "a head hint was lost");
        }
    });
    if appended.duplicate {
        return head.await;
    }
    let pushes = async { pushes(store, appended).await.send(store, pusher, except).await };
    futures::future::join(head, pushes).await;
}

/// Who is told of entries: the members, those who are none any more by them included. Who joins is shown the conversation and
/// told of their own joining; of those who join with them the conversation tells.
async fn pushes(store: &Store, appended: &Appended) -> Pushes {
    let Appended { entries, message, conversation, members_before, .. } = appended;
    let leaver = entries.iter().find_map(|entry| match entry.body {
        Body::MemberRemoved { user_id, .. } => Some(user_id),
        _ => None,
    });
    let joiner = |entry: &Entry| match entry.body {
        Body::MemberAdded { user_id, .. } if !members_before.contains(&user_id) => Some(user_id),
        _ => None,
    };
    let mut pushes = Pushes::within(conversation, leaver);
    let joiners: Vec<UserId> = entries.iter().filter_map(joiner).collect();
    if !joiners.is_empty() {
        match Picture::load(store, conversation, entries.last(), message.as_ref()).await {
            Ok(picture) => {
                for user_id in joiners {
                    if let Some(shown) = picture.shown_to(user_id) {
                        pushes = pushes.and([user_id], Event::Conversation(Box::new(shown)));
                    }
                }
            }
            Err(error) => {
                tracing::warn!(error.message = %error, "a conversation could not be shown");
            }
        }
    }
    for entry in entries {
        let joiner = joiner(entry);
        let everybody = members_before.iter().copied().chain(joiner);
        let event = |reader| {
            let entry_shown = view::Entry::new(entry, message.as_ref(), reader)?;
            Some(Event::Entry(Box::new(entry_shown), conversation.id.clone(), entry.seq))
        };
        let is_alike = match &entry.body {
            Body::Edit { .. } => message
                .as_ref()
                .and_then(Entry::message)
                .is_none_or(|message| message.reactions.is_empty()),
            _ => true,
        };
        if is_alike {
            if let Some(event) = event(entry.sender_id) {
                pushes = pushes.and(everybody, event);
            }
            continue;
        }
        // Everybody sees which reactions are their own.
        for user_id in everybody {
            if let Some(event) = event(user_id) {
                pushes = pushes.and([user_id], event);
            }
        }
    }
    pushes
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
) -> Result<(frame::ReadMark, Option<Pushes>), Problem> {
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
    let mark = ReadMark { seq, number: read_number };
    let standing = store.move_read_mark(user_id, conversation_id, mark).await?;
    let (mark, moved) = standing.ok_or_else(|| Problem::new(Code::NotFound))?;
    let Window { conversation, .. } = &window;
    let slot = conversation.member(user_id).map_or(0, |member| member.slot);
    let head = Head::new(conversation, window.newest(), None);
    let unread_count = head.unread(slot, mark.number);
    let answer = frame::ReadMark { read_seq: mark.seq, unread_count };
    let pushes = moved.then(|| {
        let conversation_id = conversation_id.clone();
        let event = Event::Read { conversation_id, user_id, read_seq: mark.seq };
        Pushes::within(conversation, None).and(conversation.user_ids(), event)
    });
    Ok((answer, pushes))
}
