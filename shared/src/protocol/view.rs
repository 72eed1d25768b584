//! The things that both APIs show, in the contract's form.

use serde::Serialize;

use crate::domain::{
    self, ClientId, Content, ConversationId, EmailAddress, Head, Kind, Name, Role, SessionId,
    Timestamp, UserId, credential::Session, head::LastMessage,
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
pub struct Oneself {
    /// Their id.
    pub id: UserId,
    /// Their name.
    pub name: Name,
    /// Their address.
    pub email: EmailAddress,
    /// When they registered.
    pub created_at: Timestamp,
}

impl From<&domain::Account> for Oneself {
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
pub struct OwnSession {
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

impl OwnSession {
    /// A session as seen from another, or from itself.
    pub fn new(session: &Session, asking: SessionId) -> Self {
        Self {
            id: session.id,
            created_at: session.created_at,
            expires_at: session.ends_at,
            user_agent: session.user_agent.clone(),
            current: session.id == asking,
        }
    }
}

/// A message as it stands now.
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
    /// The text.
    pub content: Content,
    /// The message that it answers.
    pub reply_to: Option<u64>,
    /// When it was accepted.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub edited_at: Option<Timestamp>,
    /// Whether it was taken back.
    pub deleted: bool,
    /// What others think of it.
    pub reactions: [(); 0],
}

impl Message {
    /// The message of an entry.
    pub fn new(entry: &domain::Entry) -> Self {
        let domain::Body::Message(message) = &entry.body;
        Self::from_parts(
            &entry.conversation_id,
            entry.seq,
            entry.sender_id,
            entry.created_at,
            message,
        )
    }

    fn of_head(conversation_id: &ConversationId, last: &LastMessage) -> Self {
        Self::from_parts(conversation_id, last.seq, last.sender_id, last.created_at, &last.message)
    }

    fn from_parts(
        conversation_id: &ConversationId,
        seq: u64,
        sender_id: UserId,
        created_at: Timestamp,
        message: &domain::Message,
    ) -> Self {
        Self {
            conversation_id: conversation_id.clone(),
            seq,
            sender_id,
            client_id: message.client_id.clone(),
            content: message.content.clone(),
            reply_to: message.reply_to,
            created_at,
            edited_at: None,
            deleted: false,
            reactions: [],
        }
    }
}

/// An entry of a log.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Entry {
    /// A message was sent.
    Message(Message),
}

impl From<&domain::Entry> for Entry {
    fn from(entry: &domain::Entry) -> Self {
        match &entry.body {
            domain::Body::Message(_) => Self::Message(Message::new(entry)),
        }
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
    pub title: Option<String>,
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
    /// A conversation as the reader sees it, with the members that were looked up.
    pub fn new(
        head: &Head,
        members: Vec<Member>,
        reader: UserId,
        read_seq: u64,
        read_number: u64,
    ) -> Self {
        Self {
            id: head.conversation_id.clone(),
            kind: head.kind,
            title: head.title.clone(),
            member_count: head.member_count,
            members,
            head_seq: head.head_seq,
            last_message: head
                .last_message
                .as_ref()
                .map(|last| Message::of_head(&head.conversation_id, last)),
            read_seq,
            unread_count: head.unread(reader, read_number),
            updated_at: head.updated_at,
        }
    }
}
