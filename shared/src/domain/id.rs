//! Identifiers, each with its own type. The server's ids are ULIDs. A client's message id can also be a `UUIDv7`.

use std::{fmt, str::FromStr};

use data_encoding::{Encoding, Specification};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use ulid::Ulid;

use super::{Timestamp, limits};

/// The text is not an identifier of the expected kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be a valid id")]
pub struct InvalidId;

macro_rules! ulid_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(Ulid);

        impl $name {
            /// Creates an id with this time; `entropy` makes it unique.
            pub fn new(at: Timestamp, entropy: u128) -> Self {
                Self(Ulid::from_parts(at.as_millis(), entropy))
            }

            /// The id with these 128 bits.
            pub fn from_bytes(bytes: [u8; 16]) -> Self {
                Self(Ulid::from_bytes(bytes))
            }

            /// Its 128 bits.
            pub fn to_bytes(self) -> [u8; 16] {
                self.0.to_bytes()
            }

            /// When the id was created.
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

            /// Accepts only the canonical form, so that each id has one spelling.
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
    /// An email in the outbox.
    MailId
}

/// A conversation.
///
/// The id of a direct conversation is derived from its two users, so that both create the same one. A group gets a new id.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ConversationId(String);

/// Characters of a conversation's id: 128 bits in Crockford's base 32, as in a ULID.
const CONVERSATION_ID_CHARS: usize = 26;
const CROCKFORD: &str = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

impl ConversationId {
    /// The id of the direct conversation of two users. Their order does not matter.
    pub fn direct(one: UserId, other: UserId) -> Self {
        let (first, second) = if one <= other { (one, other) } else { (other, one) };
        let digest = Sha256::digest(format!("direct:{first}:{second}"));
        let mut text = crockford().encode(&digest[..17]);
        text.truncate(CONVERSATION_ID_CHARS);
        Self(text)
    }

    /// The id of a new group: a ULID with this time; `entropy` makes it unique.
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
    // The fallback never runs: the alphabet is a constant with 32 distinct symbols.
    specification.encoding().unwrap_or(data_encoding::BASE32_NOPAD)
}

impl fmt::Display for ConversationId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for ConversationId {
    type Err = InvalidId;

    /// Accepts any short text, because ids are opaque. An id that the server did not create names no existing conversation.
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
    /// When the client created the message, by the client's clock.
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

    /// Accepts both forms in upper or lower case. The canonical form is stored, so that a retry in another case has the same id.
    fn from_str(text: &str) -> Result<Self, InvalidId> {
        if text.len() == ulid::ULID_LEN {
            let upper = text.to_ascii_uppercase();
            let id = Ulid::from_string(&upper).map_err(|_| InvalidId)?;
            // The crate accepts ids that overflow 128 bits, and reads I, L and O as digits.
            if id.to_string() != upper {
                return Err(InvalidId);
            }
            return Ok(Self { text: upper, time: Timestamp::from_millis(id.timestamp_ms()) });
        }
        // Only the hyphenated form of 36 characters. `Uuid` would also accept braces and URNs.
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

/// A socket, by the id that API Gateway gives it.
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
    fn a_client_id_has_its_time_in_both_forms() {
        let ulid: ClientId = "01ARZ3NDEKTSV4RRFFQ69G5FAV".parse().unwrap();
        assert_eq!(ulid.time().as_millis(), 1_469_922_850_259);
        let uuid: ClientId = "017F22E2-79B0-7CC3-98C4-DC0C0C07398F".parse().unwrap();
        assert_eq!(uuid.time().as_millis(), 1_645_557_742_000);
        assert_eq!(uuid.as_str(), "017f22e2-79b0-7cc3-98c4-dc0c0c07398f");
    }

    #[test]
    fn a_client_id_in_any_other_form_is_rejected() {
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
    fn an_id_in_another_spelling_is_rejected() {
        assert!("01ARZ3NDEKTSV4RRFFQ69G5FAV".parse::<UserId>().is_ok());
        assert_eq!("01arz3ndektsv4rrffq69g5fav".parse::<UserId>(), Err(InvalidId));
    }
}
