//! The reactions to a message: emojis, each with the users who reacted with it.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::{Emote, UserId, limits};

/// One emoji on a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reaction {
    /// The emoji.
    pub emote: Emote,
    /// The users who reacted with it.
    pub users: Users,
}

/// The reactions to a message, in the order in which each emoji was first added. A user can react once with each emoji.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Reactions(Vec<Reaction>);

/// The message already has [`limits::EMOTES`] different emojis.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TooManyEmotes;

impl Reactions {
    /// Returns true if there are no reactions.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The reactions, in order.
    pub fn iter(&self) -> std::slice::Iter<'_, Reaction> {
        self.0.iter()
    }

    /// Returns true if the user reacted with the emoji.
    pub fn has(&self, user_id: UserId, emote: Emote) -> bool {
        self.0.iter().any(|reaction| reaction.emote == emote && reaction.users.has(user_id))
    }

    /// Adds a reaction, unless it exists.
    ///
    /// # Errors
    /// [`TooManyEmotes`]
    pub fn add(&mut self, user_id: UserId, emote: Emote) -> Result<(), TooManyEmotes> {
        if let Some(reaction) = self.0.iter_mut().find(|reaction| reaction.emote == emote) {
            if !reaction.users.has(user_id) {
                reaction.users.0.push(user_id);
            }
            return Ok(());
        }
        if self.0.len() >= limits::EMOTES {
            return Err(TooManyEmotes);
        }
        self.0.push(Reaction { emote, users: Users(vec![user_id]) });
        Ok(())
    }

    /// Removes a reaction, if it exists.
    pub fn remove(&mut self, user_id: UserId, emote: Emote) {
        for reaction in self.0.iter_mut().filter(|reaction| reaction.emote == emote) {
            reaction.users.0.retain(|user| *user != user_id);
        }
        self.0.retain(|reaction| !reaction.users.0.is_empty());
    }
}

/// Users in the order in which they reacted. Stored as the bytes of their ids, 16 each.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Users(Vec<UserId>);

impl Users {
    /// Returns true if the user is in the list.
    pub fn has(&self, user_id: UserId) -> bool {
        self.0.contains(&user_id)
    }

    /// The number of the users.
    pub fn count(&self) -> usize {
        self.0.len()
    }

    /// The first users, at most `max`.
    pub fn first(&self, max: usize) -> Vec<UserId> {
        self.0.iter().take(max).copied().collect()
    }
}

impl Serialize for Users {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let bytes: Vec<u8> = self.0.iter().flat_map(|user| user.to_bytes()).collect();
        serializer.serialize_bytes(&bytes)
    }
}

impl<'de> Deserialize<'de> for Users {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Bytes;

        impl de::Visitor<'_> for Bytes {
            type Value = Users;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("ids of 16 bytes each")
            }

            fn visit_bytes<E: de::Error>(self, bytes: &[u8]) -> Result<Users, E> {
                let (ids, []) = bytes.as_chunks() else {
                    return Err(E::invalid_length(bytes.len(), &self));
                };
                Ok(Users(ids.iter().copied().map(UserId::from_bytes).collect()))
            }

            fn visit_byte_buf<E: de::Error>(self, bytes: Vec<u8>) -> Result<Users, E> {
                self.visit_bytes(&bytes)
            }
        }

        deserializer.deserialize_byte_buf(Bytes)
    }
}
