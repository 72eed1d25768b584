//! The things that both APIs show, in the contract's form.

use serde::Serialize;

use crate::domain::{
    self, Body, ClientId, Content, ConversationId, EmailAddress, Head, Kind, Name, Reactions,
    ReadMark, Role, SessionId, Timestamp, Title, UserId, limits,
};

/// A user, as others see them.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct User {
    /// Their id.
    pub id: UserId,
    /// Their name.
    pub name: Name,
    /// When they registered.
    pub created_at: Timestamp,
}

impl From<&domain::Account> for User {
    fn from(account: &domain::Account) -> Self {
        Self { id: account.user_id, name: account.name.clone(), created_at: account.created_at }
    }
}

impl From<&domain::Listed> for User {
    fn from(listed: &domain::Listed) -> Self {
        let domain::Listed { user_id, name } = listed;
        Self { id: *user_id, name: name.clone(), created_at: user_id.created_at() }
    }
}

/// A user, as they see themselves.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CurrentUser {
    /// Their id.
    pub id: UserId,
    /// Their name.
    pub name: Name,
    /// Their address.
    pub email: EmailAddress,
    /// When they registered.
    pub created_at: Timestamp,
}

impl From<&domain::Account> for CurrentUser {
    fn from(account: &domain::Account) -> Self {
        Self {
            id: account.user_id,
            name: account.name.clone(),
            email: account.email.clone(),
            created_at: account.created_at,
        }
    }
}

/// A login of one's own.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Session {
    /// Its id.
    pub id: SessionId,
    /// When the login was.
    pub created_at: Timestamp,
    /// When it ends by itself.
    pub expires_at: Timestamp,
    /// What the client called itself.
    pub user_agent: Option<String>,
    /// Whether it is the one that asks.
    pub current: bool,
}

impl Session {
    /// A session as seen from another, or from itself.
    pub fn new(session: &domain::Session, asking: SessionId) -> Self {
        Self {
            id: session.id,
            created_at: session.created_at,
            expires_at: session.ends_at,
            user_agent: session.user_agent.clone(),
            current: session.id == asking,
        }
    }
}

/// A message as it stands now, as one of the members sees it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Message {
    /// The conversation.
    pub conversation_id: ConversationId,
    /// Its number in the log.
    pub seq: u64,
    /// Its sender.
    pub sender_id: UserId,
    /// The sender's own id of it.
    pub client_id: ClientId,
    /// The text; `null` once it is deleted.
    pub content: Option<Content>,
    /// The message that it answers.
    pub reply_to: Option<u64>,
    /// When it was accepted.
    pub created_at: Timestamp,
    /// When its text was last changed.
    pub edited_at: Option<Timestamp>,
    /// Whether it was deleted.
    pub deleted: bool,
    /// What people think of it.
    pub reactions: Vec<Reaction>,
}

/// An emote on a message.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Reaction {
    /// Its canonical shortcode.
    pub emote: &'static str,
    /// The emoji.
    pub emoji: &'static str,
    /// How many chose it.
    pub count: usize,
    /// Whether the reader did.
    pub mine: bool,
    /// The first ten who did.
    pub user_ids: Vec<UserId>,
}

impl Message {
    /// The message that an entry sent; `None` where it sent none.
    pub fn new(entry: &domain::Entry, reader: UserId) -> Option<Self> {
        let message = entry.message()?;
        let reactions = shown(&message.reactions, reader);
        Some(Self { reactions, ..Self::as_sent(entry, message) })
    }

    /// Without the reactions, which have entries of their own in the log.
    fn as_sent(entry: &domain::Entry, message: &domain::Message) -> Self {
        Self {
            conversation_id: entry.conversation_id.clone(),
            seq: entry.seq,
            sender_id: entry.sender_id,
            client_id: message.client_id.clone(),
            content: message.content.clone(),
            reply_to: message.reply_to,
            created_at: entry.created_at,
            edited_at: message.edited_at,
            deleted: message.is_deleted(),
            reactions: Vec::new(),
        }
    }

    fn of_head(head: &Head, reader: UserId) -> Option<Self> {
        let last = head.last_message.as_ref()?;
        Some(Self {
            conversation_id: head.conversation_id.clone(),
            seq: last.seq,
            sender_id: last.sender_id,
            client_id: last.message.client_id.clone(),
            content: last.message.content.clone(),
            reply_to: last.message.reply_to,
            created_at: last.created_at,
            edited_at: last.message.edited_at,
            deleted: last.message.is_deleted(),
            reactions: shown(&last.message.reactions, reader),
        })
    }
}

fn shown(reactions: &Reactions, reader: UserId) -> Vec<Reaction> {
    let reactions = reactions.iter().map(|reaction| Reaction {
        emote: reaction.emote.shortcode(),
        emoji: reaction.emote.emoji(),
        count: reaction.users.count(),
        mine: reaction.users.has(reader),
        user_ids: reaction.users.first(limits::LISTED_USERS),
    });
    reactions.collect()
}

/// An entry of a log.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Entry {
    /// A message was sent. Its text is the present one, its reactions are told by the entries that follow.
    Message(Message),
    /// The text of a message was changed.
    Edit(Changed),
    /// A message was deleted.
    Delete(Changed),
    /// Somebody reacted to a message.
    ReactionAdded(Reacted),
    /// Somebody took their reaction back.
    ReactionRemoved(Reacted),
    /// Somebody is a member now, or has another role.
    MemberAdded(Joined),
    /// Somebody left or was removed.
    MemberRemoved(Joined),
    /// The group has another title.
    TitleChanged(Retitled),
}

/// What every entry tells.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Happened {
    /// The conversation.
    pub conversation_id: ConversationId,
    /// Its number in the log.
    pub seq: u64,
    /// Who did it.
    pub sender_id: UserId,
    /// When.
    pub created_at: Timestamp,
}

/// A change of a message.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Changed {
    /// What every entry tells.
    #[serde(flatten)]
    pub happened: Happened,
    /// The message.
    pub target_seq: u64,
    /// As it stands now: an older text is not kept.
    pub message: Message,
}

/// A change of the reactions to a message.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Reacted {
    /// What every entry tells.
    #[serde(flatten)]
    pub happened: Happened,
    /// The message.
    pub target_seq: u64,
    /// The emote's canonical shortcode.
    pub emote: &'static str,
}

/// A change of the members.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Joined {
    /// What every entry tells.
    #[serde(flatten)]
    pub happened: Happened,
    /// Whom it is about.
    pub user_id: UserId,
    /// What they are, or were.
    pub role: Role,
}

/// A change of the title.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Retitled {
    /// What every entry tells.
    #[serde(flatten)]
    pub happened: Happened,
    /// The new one.
    pub title: Title,
}

impl Entry {
    /// An entry as a reader sees it. `target` is the message that it changed; `None` where one is needed and not given.
    pub fn new(
        entry: &domain::Entry,
        target: Option<&domain::Entry>,
        reader: UserId,
    ) -> Option<Self> {
        let happened = Happened {
            conversation_id: entry.conversation_id.clone(),
            seq: entry.seq,
            sender_id: entry.sender_id,
            created_at: entry.created_at,
        };
        let changed = |happened, target_seq| {
            let target = target.filter(|target| target.seq == target_seq)?;
            Some(Changed { happened, target_seq, message: Message::new(target, reader)? })
        };
        let reacted = |happened, target_seq, emote: domain::Emote| Reacted {
            happened,
            target_seq,
            emote: emote.shortcode(),
        };
        Some(match &entry.body {
            Body::Message(message) => Self::Message(Message::as_sent(entry, message)),
            Body::Edit { target_seq } => Self::Edit(changed(happened, *target_seq)?),
            Body::Delete { target_seq } => Self::Delete(changed(happened, *target_seq)?),
            Body::ReactionAdded { target_seq, emote } => {
                Self::ReactionAdded(reacted(happened, *target_seq, *emote))
            }
            Body::ReactionRemoved { target_seq, emote } => {
                Self::ReactionRemoved(reacted(happened, *target_seq, *emote))
            }
            Body::MemberAdded { user_id, role } => {
                Self::MemberAdded(Joined { happened, user_id: *user_id, role: *role })
            }
            Body::MemberRemoved { user_id, role } => {
                Self::MemberRemoved(Joined { happened, user_id: *user_id, role: *role })
            }
            Body::TitleChanged { title } => {
                Self::TitleChanged(Retitled { happened, title: title.clone() })
            }
        })
    }
}

/// A member of a conversation.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Member {
    /// Who.
    pub user: User,
    /// As what.
    pub role: Role,
    /// Whether a socket of theirs is alive.
    pub online: bool,
    /// How far they have read: where the conversation stands alone, not in lists.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub read_seq: Option<u64>,
}

/// A conversation, as one of its members sees it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Conversation {
    /// Its id.
    pub id: ConversationId,
    /// Its kind.
    pub kind: Kind,
    /// A group's title.
    pub title: Option<Title>,
    /// How many members it has.
    pub member_count: u64,
    /// The first ten of them in a list, all where it stands alone.
    pub members: Vec<Member>,
    /// Its newest entry; 0: none yet.
    pub head_seq: u64,
    /// Its newest message.
    pub last_message: Option<Message>,
    /// The newest entry that the reader has read.
    pub read_seq: u64,
    /// Messages of others since.
    pub unread_count: u64,
    /// When something last happened in it.
    pub updated_at: Timestamp,
}

impl Conversation {
    /// A conversation as the reader sees it, who has this slot in it, with the members that were looked up.
    pub fn new(
        head: &Head,
        members: Vec<Member>,
        reader: UserId,
        slot: u8,
        read: ReadMark,
    ) -> Self {
        Self {
            id: head.conversation_id.clone(),
            kind: head.kind,
            title: head.title.clone(),
            member_count: head.member_count,
            members,
            head_seq: head.head_seq,
            last_message: Message::of_head(head, reader),
            read_seq: read.seq,
            unread_count: head.unread(slot, read.number),
            updated_at: head.updated_at,
        }
    }
}
