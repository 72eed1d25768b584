//! A member of a conversation, and the member's role.

use serde::{Deserialize, Serialize};

use super::{UserId, id::InvalidId};

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
