//! A conversation: of which kind, and who is in it.

use serde::{Deserialize, Serialize};

use super::{ConversationId, Timestamp, UserId};

/// Which kind of conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Of two users, for good.
    Direct,
}

/// What a member may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Read and write.
    Member,
}

/// A member of a conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    /// Who.
    pub user_id: UserId,
    /// As what.
    pub role: Role,
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
    pub title: Option<String>,
    /// Its members, in the order in which they joined.
    pub members: Vec<Member>,
    /// When it was made.
    pub created_at: Timestamp,
    /// The entry as of which this is true.
    pub as_of_seq: u64,
}

impl Conversation {
    /// The direct conversation of two users.
    pub fn direct(creator: UserId, partner: UserId, now: Timestamp) -> Self {
        Self {
            id: ConversationId::direct(creator, partner),
            kind: Kind::Direct,
            title: None,
            members: [creator, partner]
                .map(|user_id| Member { user_id, role: Role::Member })
                .to_vec(),
            created_at: now,
            as_of_seq: 0,
        }
    }

    /// The other one of a direct conversation.
    pub fn partner(&self, user_id: UserId) -> Option<UserId> {
        let Kind::Direct = self.kind;
        self.members.iter().map(|member| member.user_id).find(|other| *other != user_id)
    }

    /// The member that a user is, if any: what every right in the conversation hangs on.
    pub fn member(&self, user_id: UserId) -> Option<&Member> {
        self.members.iter().find(|member| member.user_id == user_id)
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
    /// The newest entry that they have read.
    pub read_seq: u64,
    /// How many messages the conversation had up to that entry.
    pub read_number: u64,
}

/// How far somebody has read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReadMark {
    /// The newest entry that they have read.
    pub seq: u64,
    /// How many messages the conversation had up to that entry.
    pub number: u64,
}
