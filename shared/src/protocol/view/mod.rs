//! The objects that both APIs return, in the form of the API contract.

#[cfg(feature = "schema")]
use schemars::JsonSchema;
use serde::Serialize;

use crate::domain::{
    self, ClientId, Content, ConversationId, EmailAddress, Head, Kind, Name, Reactions, ReadMark,
    Role, SessionId, Timestamp, Title, UserId, limits,
};

mod entry;

pub use entry::{Entry, EntryFields, MemberChange, MessageChange, ReactionChange, TitleChange};

/// The request succeeded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
pub struct Done {
    /// A text for people. May change.
    pub message: &'static str,
}

/// A user, as other users see them.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
pub struct User {
    /// The user's id.
    pub id: UserId,
    /// The user's name.
    pub name: Name,
    /// When the user registered.
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
#[cfg_attr(feature = "schema", derive(JsonSchema))]
pub struct CurrentUser {
    /// The user's id.
    pub id: UserId,
    /// The user's name.
    pub name: Name,
    /// The user's email address.
    pub email: EmailAddress,
    /// When the user registered.
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

/// One of the caller's sessions.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
pub struct Session {
    /// The id of the session.
    pub id: SessionId,
    /// When the user logged in.
    pub created_at: Timestamp,
    /// When the session expires.
    pub expires_at: Timestamp,
    /// The `User-Agent` of the login request.
    #[cfg_attr(feature = "schema", schemars(length(max = limits::USER_AGENT_CHARS)))]
    pub user_agent: Option<String>,
    /// Whether this is the session of the request.
    pub current: bool,
}

impl Session {
    /// Builds the view of a session. `current` is the session of the request.
    pub fn new(session: &domain::Session, current: SessionId) -> Self {
        Self {
            id: session.id,
            created_at: session.created_at,
            expires_at: session.ends_at,
            user_agent: session.user_agent.clone(),
            current: session.id == current,
        }
    }
}

/// A message in its current state, as the reader sees it.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
pub struct Message {
    /// The conversation.
    pub conversation_id: ConversationId,
    /// The sequence number in the log of the conversation.
    #[cfg_attr(feature = "schema", schemars(range(min = 1)))]
    pub seq: u64,
    /// The sender. May be `null` in a later version, for messages that no user sent.
    #[cfg_attr(feature = "schema", schemars(with = "Option<UserId>"))]
    pub sender_id: UserId,
    /// The id that the sender's client chose for the message, in canonical form.
    pub client_id: ClientId,
    /// The text, with emojis in place of shortcodes. `null` for a deleted message.
    pub content: Option<Content>,
    /// The `seq` of the message that this one replies to.
    #[cfg_attr(feature = "schema", schemars(range(min = 1)))]
    pub reply_to: Option<u64>,
    /// When the server accepted the message.
    pub created_at: Timestamp,
    /// When the text was last edited.
    pub edited_at: Option<Timestamp>,
    /// Whether the message was deleted.
    pub deleted: bool,
    /// The reactions to the message.
    #[cfg_attr(feature = "schema", schemars(length(max = limits::EMOTES)))]
    pub reactions: Vec<Reaction>,
}

/// An emoji on a message.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
pub struct Reaction {
    /// The canonical shortcode of the emoji.
    pub emote: &'static str,
    /// The emoji itself.
    pub emoji: &'static str,
    /// The number of users who reacted with it.
    #[cfg_attr(feature = "schema", schemars(range(min = 1)))]
    pub count: usize,
    /// Whether the reader reacted with it.
    pub mine: bool,
    /// The first ten users who reacted with it.
    #[cfg_attr(feature = "schema", schemars(length(min = 1, max = limits::LISTED_USERS)))]
    pub user_ids: Vec<UserId>,
}

impl Message {
    /// The message that an entry sent, or `None` if the entry is not a message.
    pub fn new(entry: &domain::Entry, reader: UserId) -> Option<Self> {
        let message = entry.message()?;
        let reactions = reactions(&message.reactions, reader);
        Some(Self { reactions, ..Self::as_sent(entry, message) })
    }

    /// Builds the message without reactions, which have their own entries in the log.
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
            reactions: reactions(&last.message.reactions, reader),
        })
    }
}

fn reactions(reactions: &Reactions, reader: UserId) -> Vec<Reaction> {
    let reactions = reactions.iter().map(|reaction| Reaction {
        emote: reaction.emote.shortcode(),
        emoji: reaction.emote.emoji(),
        count: reaction.users.count(),
        mine: reaction.users.has(reader),
        user_ids: reaction.users.first(limits::LISTED_USERS),
    });
    reactions.collect()
}

/// A member of a conversation.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
pub struct Member {
    /// The user.
    pub user: User,
    /// The member's role.
    pub role: Role,
    /// Whether the user has a live socket.
    pub online: bool,
    /// The `seq` of the newest entry that the member has read. Absent in lists of conversations.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "u64"))]
    pub read_seq: Option<u64>,
}

/// A conversation, as the reader sees it.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
pub struct Conversation {
    /// The id of the conversation.
    pub id: ConversationId,
    /// Whether it is a direct conversation or a group.
    pub kind: Kind,
    /// The title of a group. `null` for a direct conversation.
    pub title: Option<Title>,
    /// The number of all members.
    #[cfg_attr(feature = "schema", schemars(range(max = limits::MEMBERS)))]
    pub member_count: u64,
    /// The first ten members in a list of conversations, otherwise all members.
    #[cfg_attr(feature = "schema", schemars(length(max = limits::MEMBERS)))]
    pub members: Vec<Member>,
    /// The `seq` of the newest entry, or 0 for an empty log.
    pub head_seq: u64,
    /// The newest message.
    pub last_message: Option<Message>,
    /// The `seq` of the newest entry that the reader has read, or 0.
    pub read_seq: u64,
    /// The number of unread messages from other users.
    pub unread_count: u64,
    /// When the newest entry was added, or when the conversation was created.
    pub updated_at: Timestamp,
}

impl Conversation {
    /// A conversation as the reader sees it. `slot` and `read` are the reader's.
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
