//! Identifiers, each a type of its own. Ours are ULIDs; a client's message id may be a `UUIDv7` too.

use std::{fmt, str::FromStr};

use data_encoding::{Encoding, Specification};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use ulid::Ulid;

use super::{Timestamp, limits};

/// A text that is no identifier of the kind asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("is not a valid id")]
pub struct InvalidId;

macro_rules! ulid_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(Ulid);

        impl $name {
            /// A new id of this instant; `entropy` makes it unique.
            pub fn new(at: Timestamp, entropy: u128) -> Self {
                Self(Ulid::from_parts(at.as_millis(), entropy))
            }

            /// The id of these 128 bits.
            pub fn from_bytes(bytes: [u8; 16]) -> Self {
                Self(Ulid::from_bytes(bytes))
            }

            /// Its 128 bits.
            pub fn to_bytes(self) -> [u8; 16] {
                self.0.to_bytes()
            }

            /// When it was made.
            pub fn created_at(&self) -> Timestamp {
                Timestamp::from_millis(self.0.timestamp_ms())
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = InvalidId;

            /// Reads the canonical form only: one thing has one id.
            fn from_str(text: &str) -> Result<Self, InvalidId> {
                let id = Ulid::from_string(text).map_err(|_| InvalidId)?;
                if id.to_string() == text { Ok(Self(id)) } else { Err(InvalidId) }
            }
        }

        impl TryFrom<String> for $name {
            type Error = InvalidId;

            fn try_from(text: String) -> Result<Self, InvalidId> {
                text.parse()
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.to_string()
            }
        }
    };
}

ulid_id! {
    /// A user.
    UserId
}
ulid_id! {
    /// A session: one login.
    SessionId
}

ulid_id! {
    /// A mail in the outbox.
    MailId
}

/// A conversation.
///
/// The id of a direct one is derived from its two users, so that both create the same; that of a group is new.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ConversationId(String);

/// Characters of a conversation's id: 128 bits in Crockford's base 32, as in a ULID.
const CONVERSATION_ID_CHARS: usize = 26;
const CROCKFORD: &str = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

impl ConversationId {
    /// The id of the direct conversation of two users, in whichever order they are named.
    pub fn direct(one: UserId, other: UserId) -> Self {
        let (first, second) = if one <= other { (one, other) } else { (other, one) };
        let digest = Sha256::digest(format!("direct:{first}:{second}"));
        let mut text = crockford().encode(&digest[..17]);
        text.truncate(CONVERSATION_ID_CHARS);
        Self(text)
    }

    /// The id of a new group: a ULID of this instant; `entropy` makes it unique.
    pub fn group(at: Timestamp, entropy: u128) -> Self {
        Self(Ulid::from_parts(at.as_millis(), entropy).to_string())
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn crockford() -> Encoding {
    let mut specification = Specification::new();
    specification.symbols.push_str(CROCKFORD);
    // The alphabet is a constant with 32 distinct symbols; the fallback never runs.
    specification.encoding().unwrap_or(data_encoding::BASE32_NOPAD)
}

impl fmt::Display for ConversationId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for ConversationId {
    type Err = InvalidId;

    /// Takes any short text: ids are opaque, and one that we did not make names a conversation that does not exist.
    fn from_str(text: &str) -> Result<Self, InvalidId> {
        let is_short = (1..=limits::internal::CONVERSATION_ID_BYTES).contains(&text.len());
        if is_short && !text.chars().any(char::is_control) {
            Ok(Self(text.to_owned()))
        } else {
            Err(InvalidId)
        }
    }
}

/// The id that a client gave a message: a ULID or a `UUIDv7` ([RFC 9562, 5.7](https://www.rfc-editor.org/rfc/rfc9562#section-5.7)).
///
/// Both begin with the time in milliseconds, which bounds the search for an earlier copy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ClientId {
    text: String,
    time: Timestamp,
}

impl ClientId {
    /// When the client says it made the message.
    pub fn time(&self) -> Timestamp {
        self.time
    }

    /// The id in its canonical form.
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

impl FromStr for ClientId {
    type Err = InvalidId;

    /// Reads either form in either case; the canonical form is kept, so that a retry in another case is the same id.
    fn from_str(text: &str) -> Result<Self, InvalidId> {
        if text.len() == ulid::ULID_LEN {
            let upper = text.to_ascii_uppercase();
            let id = Ulid::from_string(&upper).map_err(|_| InvalidId)?;
            // The crate lets 129 bits overflow and reads I, L and O as digits.
            if id.to_string() != upper {
                return Err(InvalidId);
            }
            return Ok(Self { text: upper, time: Timestamp::from_millis(id.timestamp_ms()) });
        }
        // Only the hyphenated form of 36 characters; `Uuid` would read braces and URNs too.
        if text.len() != uuid::fmt::Hyphenated::LENGTH {
            return Err(InvalidId);
        }
        let id = uuid::Uuid::try_parse(text).map_err(|_| InvalidId)?;
        if id.get_version_num() != 7 || id.get_variant() != uuid::Variant::RFC4122 {
            return Err(InvalidId);
        }
        let millis = u64::try_from(id.as_u128() >> 80).map_err(|_| InvalidId)?;
        Ok(Self { text: id.hyphenated().to_string(), time: Timestamp::from_millis(millis) })
    }
}

impl TryFrom<String> for ClientId {
    type Error = InvalidId;

    fn try_from(text: String) -> Result<Self, InvalidId> {
        text.parse()
    }
}

impl From<ClientId> for String {
    fn from(id: ClientId) -> Self {
        id.text
    }
}

/// A socket, as API Gateway names it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ConnectionId(pub String);

impl fmt::Display for ConnectionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_users_derive_the_same_direct_conversation() {
        let alice = UserId::new(Timestamp::from_millis(1), 1);
        let bob = UserId::new(Timestamp::from_millis(2), 2);
        let id = ConversationId::direct(alice, bob);
        assert_eq!(id, ConversationId::direct(bob, alice));
        assert_eq!(id.as_str().parse(), Ok(id.clone()));
        assert_ne!(id, ConversationId::direct(alice, alice));
    }

    #[test]
    fn a_client_id_tells_its_time_in_both_forms() {
        let ulid: ClientId = "01ARZ3NDEKTSV4RRFFQ69G5FAV".parse().unwrap();
        assert_eq!(ulid.time().as_millis(), 1_469_922_850_259);
        let uuid: ClientId = "017F22E2-79B0-7CC3-98C4-DC0C0C07398F".parse().unwrap();
        assert_eq!(uuid.time().as_millis(), 1_645_557_742_000);
        assert_eq!(uuid.as_str(), "017f22e2-79b0-7cc3-98c4-dc0c0c07398f");
    }

    #[test]
    fn a_client_id_of_another_kind_is_refused() {
        for text in [
            "",
            "1",
            "f81d4fae-7dec-4d0e-a765-00a0c91e6bf6",
            "81ARZ3NDEKTSV4RRFFQ69G5FAV",
            "01ARZ3NDEKTSV4RRFFQ69G5FAU!",
            "{017f22e2-79b0-7cc3-98c4-dc0c0c07398f}",
        ] {
            assert_eq!(text.parse::<ClientId>(), Err(InvalidId), "{text}");
        }
    }

    #[test]
    fn an_id_in_another_spelling_is_another_id() {
        assert!("01ARZ3NDEKTSV4RRFFQ69G5FAV".parse::<UserId>().is_ok());
        assert_eq!("01arz3ndektsv4rrffq69g5fav".parse::<UserId>(), Err(InvalidId));
    }
}
