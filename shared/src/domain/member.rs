//! A member of a conversation and the member's role.

use serde::{Deserialize, Serialize};

use super::{UserId, id::InvalidId};

/// What a member may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Can read, write, and change the title.
    Member,
    /// Can also add and remove members, change their roles, and delete any message.
    Admin,
}

impl Role {
    /// Reads a role from a request.
    ///
    /// # Errors
    /// A text for the caller that names the allowed roles.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        match text {
            "member" => Ok(Self::Member),
            "admin" => Ok(Self::Admin),
            _ => Err("must be \"member\" or \"admin\""),
        }
    }
}

/// A member of a conversation. Stored as one short text, because every send reads all members of its conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Member {
    /// The user.
    pub user_id: UserId,
    /// The member's role.
    pub role: Role,
    /// The member's index in [`Sent`](super::Sent). No two current members share one.
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
