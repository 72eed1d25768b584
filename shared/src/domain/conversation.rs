//! A conversation: its kind, its title and its members.

use serde::{Deserialize, Serialize};

use super::{Body, ConversationId, Entry, Member, Role, Timestamp, Title, UserId};

/// The kind of a conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Between two users. Its members never change.
    Direct,
    /// Up to 100 members, who can join and leave.
    Group,
}

/// A conversation, without its log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Conversation {
    /// The id of the conversation.
    pub id: ConversationId,
    /// Whether it is direct or a group.
    pub kind: Kind,
    /// The title of a group. A direct conversation has no title.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<Title>,
    /// The members, in the order in which they joined. A group without members is closed.
    pub members: Vec<Member>,
    /// When the conversation was created.
    pub created_at: Timestamp,
    /// The latest entry that changed the members or the title; 0 if none did.
    pub as_of_seq: u64,
}

impl Conversation {
    /// Creates the direct conversation of two users.
    pub fn direct(creator: UserId, partner: UserId, now: Timestamp) -> Self {
        let mut conversation =
            Self::new(ConversationId::direct(creator, partner), Kind::Direct, None, now);
        conversation.add(creator, Role::Member);
        conversation.add(partner, Role::Member);
        conversation
    }

    /// Creates a group. The creator is its admin, even if `others` names them too.
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

    /// The other member of a direct conversation; `None` in a group.
    pub fn partner(&self, user_id: UserId) -> Option<UserId> {
        match self.kind {
            Kind::Group => None,
            Kind::Direct => {
                self.members.iter().map(|member| member.user_id).find(|other| *other != user_id)
            }
        }
    }

    /// The user as a member, or `None`. Every right in the conversation depends on it.
    pub fn member(&self, user_id: UserId) -> Option<&Member> {
        self.members.iter().find(|member| member.user_id == user_id)
    }

    /// The ids of its members.
    pub fn user_ids(&self) -> Vec<UserId> {
        self.members.iter().map(|member| member.user_id).collect()
    }

    /// Returns true if the user is an admin.
    pub fn is_admin(&self, user_id: UserId) -> bool {
        self.member(user_id).is_some_and(|member| member.role == Role::Admin)
    }

    /// Returns true if the user is the only admin.
    pub fn is_last_admin(&self, user_id: UserId) -> bool {
        let mut admins = self.members.iter().filter(|member| member.role == Role::Admin);
        self.is_admin(user_id) && admins.all(|admin| admin.user_id == user_id)
    }

    /// Applies an entry that is newer than `as_of_seq`.
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

    /// Adds a member, or changes the role of an existing member.
    fn add(&mut self, user_id: UserId, role: Role) {
        if let Some(member) = self.members.iter_mut().find(|member| member.user_id == user_id) {
            member.role = role;
            return;
        }
        let is_free = |slot: &u8| self.members.iter().all(|member| member.slot != *slot);
        // The fallback never runs: a group has fewer members than there are slots.
        let slot = (0..u8::MAX).find(is_free).unwrap_or(u8::MAX);
        self.members.push(Member { user_id, role, slot });
    }
}
