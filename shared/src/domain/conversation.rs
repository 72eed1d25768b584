//! A conversation: of which kind, and who is in it.

use serde::{Deserialize, Serialize};

use super::{Body, ConversationId, Entry, Timestamp, UserId, id::InvalidId, limits};

/// Which kind of conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Of two users, for good.
    Direct,
    /// Of up to a hundred, who come and go.
    Group,
}

/// What a member may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Read, write, and name the group.
    Member,
    /// And add, remove and appoint members, and delete anybody's message.
    Admin,
}

impl Role {
    /// Reads a role as requests name it.
    ///
    /// # Errors
    /// Says which there are.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        match text {
            "member" => Ok(Self::Member),
            "admin" => Ok(Self::Admin),
            _ => Err("must be \"member\" or \"admin\""),
        }
    }
}

/// A member of a conversation. Kept as one short text: every send reads all members of its conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Member {
    /// Who.
    pub user_id: UserId,
    /// As what.
    pub role: Role,
    /// Their place in [`Sent`](super::Sent): nobody else's while they are a member.
    pub slot: u8,
}

impl From<Member> for String {
    fn from(member: Member) -> Self {
        let role = match member.role {
            Role::Member => "member",
            Role::Admin => "admin",
        };
        format!("{} {} {role}", member.user_id, member.slot)
    }
}

impl TryFrom<String> for Member {
    type Error = InvalidId;

    fn try_from(text: String) -> Result<Self, InvalidId> {
        let mut parts = text.splitn(3, ' ');
        let mut part = || parts.next().ok_or(InvalidId);
        Ok(Self {
            user_id: part()?.parse()?,
            slot: part()?.parse().map_err(|_| InvalidId)?,
            role: Role::parse(part()?).map_err(|_| InvalidId)?,
        })
    }
}

/// The title of a group: 1 to 100 characters after trimming, no control characters.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Title(String);

impl Title {
    /// Checks a title.
    ///
    /// # Errors
    /// Says what is wrong with it.
    pub fn parse(text: &str) -> Result<Self, String> {
        let title = text.trim();
        if title.chars().any(char::is_control) {
            return Err("must not contain control characters".to_owned());
        }
        if !(1..=limits::TITLE_CHARS).contains(&title.chars().count()) {
            return Err(format!("must have 1 to {} characters", limits::TITLE_CHARS));
        }
        Ok(Self(title.to_owned()))
    }
}

/// A conversation, without its log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Conversation {
    /// Its id.
    pub id: ConversationId,
    /// Its kind.
    pub kind: Kind,
    /// A group's title.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<Title>,
    /// Its members, in the order in which they joined. Of a group that everybody left: none, and it is closed.
    pub members: Vec<Member>,
    /// When it was made.
    pub created_at: Timestamp,
    /// The entry as of which this is true: the latest that changed it; 0: none did.
    pub as_of_seq: u64,
}

impl Conversation {
    /// The direct conversation of two users.
    pub fn direct(creator: UserId, partner: UserId, now: Timestamp) -> Self {
        let mut conversation =
            Self::new(ConversationId::direct(creator, partner), Kind::Direct, None, now);
        conversation.add(creator, Role::Member);
        conversation.add(partner, Role::Member);
        conversation
    }

    /// A new group; its creator is its admin, also where they are named among the others.
    pub fn group(
        id: ConversationId,
        title: Title,
        creator: UserId,
        others: &[UserId],
        now: Timestamp,
    ) -> Self {
        let mut group = Self::new(id, Kind::Group, Some(title), now);
        group.add(creator, Role::Admin);
        for other in others.iter().filter(|other| **other != creator) {
            group.add(*other, Role::Member);
        }
        group
    }

    fn new(id: ConversationId, kind: Kind, title: Option<Title>, created_at: Timestamp) -> Self {
        Self { id, kind, title, members: Vec::new(), created_at, as_of_seq: 0 }
    }

    /// The other one of a direct conversation.
    pub fn partner(&self, user_id: UserId) -> Option<UserId> {
        match self.kind {
            Kind::Group => None,
            Kind::Direct => {
                self.members.iter().map(|member| member.user_id).find(|other| *other != user_id)
            }
        }
    }

    /// The member that a user is, if any: what every right in the conversation hangs on.
    pub fn member(&self, user_id: UserId) -> Option<&Member> {
        self.members.iter().find(|member| member.user_id == user_id)
    }

    /// The ids of its members.
    pub fn user_ids(&self) -> Vec<UserId> {
        self.members.iter().map(|member| member.user_id).collect()
    }

    /// Whether a user is an admin of it.
    pub fn is_admin(&self, user_id: UserId) -> bool {
        self.member(user_id).is_some_and(|member| member.role == Role::Admin)
    }

    /// Whether this one is an admin and nobody else is.
    pub fn is_last_admin(&self, user_id: UserId) -> bool {
        let mut admins = self.members.iter().filter(|member| member.role == Role::Admin);
        self.is_admin(user_id) && admins.all(|admin| admin.user_id == user_id)
    }

    /// Brings it up to an entry that came after what it is true as of.
    pub fn apply(&mut self, entry: &Entry) {
        match &entry.body {
            Body::MemberAdded { user_id, role } => self.add(*user_id, *role),
            Body::MemberRemoved { user_id, .. } => {
                self.members.retain(|member| member.user_id != *user_id);
            }
            Body::TitleChanged { title } => self.title = Some(title.clone()),
            Body::Message(_)
            | Body::Edit { .. }
            | Body::Delete { .. }
            | Body::ReactionAdded { .. }
            | Body::ReactionRemoved { .. } => return,
        }
        self.as_of_seq = entry.seq;
    }

    /// Adds a member, or gives one another role.
    fn add(&mut self, user_id: UserId, role: Role) {
        if let Some(member) = self.members.iter_mut().find(|member| member.user_id == user_id) {
            member.role = role;
            return;
        }
        let is_free = |slot: &u8| self.members.iter().all(|member| member.slot != *slot);
        // A group has fewer members than there are slots.
        let slot = (0..u8::MAX).find(is_free).unwrap_or(u8::MAX);
        self.members.push(Member { user_id, role, slot });
    }
}

/// A user's place in a conversation: how far they have read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Membership {
    /// The conversation.
    pub conversation_id: ConversationId,
    /// The other one, where the conversation is a direct one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub partner: Option<UserId>,
    /// Their slot in it.
    pub slot: u8,
    /// The newest entry that they have read.
    pub read_seq: u64,
    /// How many messages the conversation had up to that entry.
    pub read_number: u64,
}

impl Membership {
    /// Of a member who has read up to here.
    pub fn new(conversation: &Conversation, member: &Member, read: ReadMark) -> Self {
        Self {
            conversation_id: conversation.id.clone(),
            partner: conversation.partner(member.user_id),
            slot: member.slot,
            read_seq: read.seq,
            read_number: read.number,
        }
    }

    /// How far they have read.
    pub fn read(&self) -> ReadMark {
        ReadMark { seq: self.read_seq, number: self.read_number }
    }
}

/// How far somebody has read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ReadMark {
    /// The newest entry that they have read.
    pub seq: u64,
    /// How many messages the conversation had up to that entry.
    pub number: u64,
}
