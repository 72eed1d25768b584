//! A conversation: of which kind, and who is in it.

use serde::{Deserialize, Serialize};

use super::{Body, ConversationId, Entry, Member, Role, Timestamp, Title, UserId};

/// Which kind of conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Of two users, for good.
    Direct,
    /// Of up to a hundred, who come and go.
    Group,
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
