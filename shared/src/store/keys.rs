//! Builds every key of the table. `docs/table.md` lists the keys with their access patterns.

use aws_sdk_dynamodb::types::AttributeValue;
use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};

use super::{Item, text};
use crate::domain::{
    ConnectionId, ConversationId, EmailAddress, MailId, SessionId, Timestamp, UserId,
    directory::Folded, reset::TokenDigest,
};

/// The key of an item.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Key {
    /// The partition key.
    pub(super) pk: String,
    /// The sort key.
    pub(super) sk: String,
}

/// Digits of a sequence number in a key. The fixed width makes text sort like numbers.
const SEQ_DIGITS: usize = 12;
const CONVERSATION: &str = "CONV#";
const LOG: &str = "LOG#";
const OUTBOX: &str = "OUTBOX#";
const MAIL: &str = "MAIL#";
/// Sorts after every `LOG#…`, so that one query returns the newest entries and the conversation.
const META: &str = "META";

impl Key {
    fn single(pk: String) -> Self {
        Self { sk: pk.clone(), pk }
    }

    pub(super) fn warm_up() -> Self {
        Self::single("WARM-UP".to_owned())
    }

    pub(super) fn account(user_id: UserId) -> Self {
        Self { pk: format!("USER#{user_id}"), sk: "ACCOUNT".to_owned() }
    }

    pub(super) fn session(user_id: UserId, session_id: SessionId) -> Self {
        Self { pk: format!("USER#{user_id}"), sk: format!("SESSION#{session_id}") }
    }

    /// The partition of a user's sessions, and the prefix of their sort keys.
    pub(super) fn sessions(user_id: UserId) -> Self {
        Self { pk: format!("USER#{user_id}"), sk: "SESSION#".to_owned() }
    }

    pub(super) fn membership(user_id: UserId, conversation_id: &ConversationId) -> Self {
        Self { pk: format!("USER#{user_id}"), sk: format!("{CONVERSATION}{conversation_id}") }
    }

    /// The partition of a user's memberships, and the prefix of their sort keys.
    pub(super) fn memberships(user_id: UserId) -> Self {
        Self { pk: format!("USER#{user_id}"), sk: CONVERSATION.to_owned() }
    }

    /// All users, in the order of registration.
    ///
    /// They share one partition, so every page is one query. The partition is no bottleneck: registrations compete for the
    /// next number before they reach its write limit.
    pub(super) fn directory(number: u64) -> Self {
        Self { pk: "DIRECTORY".to_owned(), sk: format!("{number:0SEQ_DIGITS$}") }
    }

    /// Users whose names begin with the same character, ordered by name.
    pub(super) fn name(name: &Folded, place: &str) -> Self {
        Self { pk: format!("NAME#{}", name.first()), sk: place.to_owned() }
    }

    /// Users with this prefix of a word after the first in their names, ordered by name.
    pub(super) fn word(prefix: &str, place: &str) -> Self {
        Self { pk: format!("WORD#{prefix}"), sk: place.to_owned() }
    }

    pub(super) fn credential(email: &EmailAddress) -> Self {
        Self { pk: format!("EMAIL#{}", email.folded()), sk: "CREDENTIAL".to_owned() }
    }

    /// The failed logins of an address. They are stored for unknown addresses too, so the key has a digest of the address.
    pub(super) fn guard(email: &EmailAddress) -> Self {
        Self { pk: format!("ADDRESS#{}", digest(&email.folded())), sk: "GUARD".to_owned() }
    }

    /// The reset requests for an address. A separate item, because a login with the correct password deletes the guard.
    pub(super) fn reset_window(email: &EmailAddress) -> Self {
        Self { sk: "ASKED".to_owned(), ..Self::guard(email) }
    }

    pub(super) fn reset(token: &TokenDigest) -> Self {
        Self::single(format!("RESET#{}", token.as_str()))
    }

    pub(super) fn mail(id: MailId) -> Self {
        let Self { pk, sk } = Self::mails(id.created_at());
        Self { sk: format!("{sk}{id}"), pk }
    }

    /// The partition of the emails that were promised in the same hour, and the prefix of their sort keys.
    pub(super) fn mails(at: Timestamp) -> Self {
        // Cut after the hour: 2026-11-22T21.
        let hour: String = at.to_string().chars().take(13).collect();
        Self { pk: format!("{OUTBOX}{hour}"), sk: MAIL.to_owned() }
    }

    pub(super) fn connection(connection_id: &ConnectionId) -> Self {
        Self::single(format!("CONNECTION#{connection_id}"))
    }

    /// A digest, so that read access to the table does not disclose a ticket (I7).
    pub(super) fn ticket(ticket: &str) -> Self {
        Self::single(format!("TICKET#{}", digest(ticket)))
    }

    pub(super) fn counter(kind: &str, subject: &str) -> Self {
        Self { pk: format!("COUNT#{kind}#{subject}"), sk: "COUNT".to_owned() }
    }

    pub(super) fn conversation(conversation_id: &ConversationId) -> Self {
        Self { pk: format!("{CONVERSATION}{conversation_id}"), sk: META.to_owned() }
    }

    /// Sorts before every `LOG#…`, so the first query of a send does not read it.
    pub(super) fn head(conversation_id: &ConversationId) -> Self {
        Self { pk: format!("{CONVERSATION}{conversation_id}"), sk: "HEAD".to_owned() }
    }

    pub(super) fn entry(conversation_id: &ConversationId, seq: u64) -> Self {
        Self {
            pk: format!("{CONVERSATION}{conversation_id}"),
            sk: format!("{LOG}{seq:0SEQ_DIGITS$}"),
        }
    }

    /// The key as DynamoDB attributes.
    pub(super) fn item(&self) -> Item {
        [("pk", &self.pk), ("sk", &self.sk)]
            .map(|(name, value)| (name.to_owned(), AttributeValue::S(value.clone())))
            .into()
    }

    /// The key of an item that was read.
    pub(super) fn of(item: &Item) -> Option<Self> {
        let part = |name| item.get(name).and_then(|value| value.as_s().ok()).cloned();
        Some(Self { pk: part("pk")?, sk: part("sk")? })
    }

    pub(super) fn pk_value(&self) -> AttributeValue {
        text(&self.pk)
    }

    pub(super) fn sk_value(&self) -> AttributeValue {
        text(&self.sk)
    }
}

/// The id of the email that an item of the outbox holds.
pub(super) fn mail_id(pk: &str, sk: &str) -> Option<MailId> {
    sk.strip_prefix(MAIL).filter(|_| pk.starts_with(OUTBOX))?.parse().ok()
}

/// The conversation that a partition belongs to.
pub(super) fn conversation_id(pk: &str) -> Option<ConversationId> {
    pk.strip_prefix(CONVERSATION)?.parse().ok()
}

/// The sequence number of an entry.
pub(super) fn seq(sk: &str) -> Option<u64> {
    sk.strip_prefix(LOG)?.parse().ok()
}

/// The SHA-256 of a text, in hexadecimal.
fn digest(text: &str) -> String {
    HEXLOWER.encode(&Sha256::digest(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_conversation_sorts_directly_after_its_newest_entry_and_its_head_before_all_entries() {
        let id: ConversationId = "01ARZ3NDEKTSV4RRFFQ69G5FAV".parse().unwrap();
        let sks = [
            Key::head(&id).sk,
            Key::entry(&id, 1).sk,
            Key::entry(&id, 10).sk,
            Key::entry(&id, 999_999_999_999).sk,
            Key::conversation(&id).sk,
        ];
        assert!(sks.is_sorted(), "{sks:?}");
    }

    #[test]
    fn no_key_contains_a_ticket_or_a_guarded_address() {
        let email = EmailAddress::parse("ada@example.com").unwrap();
        assert!(!Key::guard(&email).pk.contains("ada"));
        assert!(!Key::ticket("secret").pk.contains("secret"));
    }
}
