//! Builds every key of the table; nobody else does. `docs/table.md` lists them with their access patterns.

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
    /// The partition.
    pub(super) pk: String,
    /// Its place in the partition.
    pub(super) sk: String,
}

/// Digits of a sequence number in a key, so that text sorts as numbers do.
const SEQ_DIGITS: usize = 12;
const CONVERSATION: &str = "CONV#";
const LOG: &str = "LOG#";
const OUTBOX: &str = "OUTBOX#";
const MAIL: &str = "MAIL#";
/// Sorts behind every `LOG#…`, so that the newest entries and the conversation come back from one query.
const META: &str = "META";

impl Key {
    fn alone(pk: String) -> Self {
        Self { sk: pk.clone(), pk }
    }

    pub(super) fn warm_up() -> Self {
        Self::alone("WARM-UP".to_owned())
    }

    pub(super) fn account(user_id: UserId) -> Self {
        Self { pk: format!("USER#{user_id}"), sk: "ACCOUNT".to_owned() }
    }

    pub(super) fn session(user_id: UserId, session_id: SessionId) -> Self {
        Self { pk: format!("USER#{user_id}"), sk: format!("SESSION#{session_id}") }
    }

    /// The partition and the beginning of a user's sessions.
    pub(super) fn sessions(user_id: UserId) -> Self {
        Self { pk: format!("USER#{user_id}"), sk: "SESSION#".to_owned() }
    }

    pub(super) fn membership(user_id: UserId, conversation_id: &ConversationId) -> Self {
        Self { pk: format!("USER#{user_id}"), sk: format!("{CONVERSATION}{conversation_id}") }
    }

    /// The partition and the beginning of a user's memberships.
    pub(super) fn memberships(user_id: UserId) -> Self {
        Self { pk: format!("USER#{user_id}"), sk: CONVERSATION.to_owned() }
    }

    /// All users, in the order of registration. One partition: a page is one query wherever it begins, and a
    /// partition takes more registrations than the one number that they contend for.
    pub(super) fn directory(number: u64) -> Self {
        Self { pk: "DIRECTORY".to_owned(), sk: format!("{number:0SEQ_DIGITS$}") }
    }

    /// Users whose names begin with the same character, in the order of names.
    pub(super) fn name(name: &Folded, place: &str) -> Self {
        Self { pk: format!("NAME#{}", name.first()), sk: place.to_owned() }
    }

    /// Users in whose names a further word begins so, in the order of names.
    pub(super) fn word(beginning: &str, place: &str) -> Self {
        Self { pk: format!("WORD#{beginning}"), sk: place.to_owned() }
    }

    pub(super) fn credential(email: &EmailAddress) -> Self {
        Self { pk: format!("EMAIL#{}", email.folded()), sk: "CREDENTIAL".to_owned() }
    }

    /// Kept for unknown addresses too, so it holds a digest and no address.
    pub(super) fn guard(email: &EmailAddress) -> Self {
        Self { pk: format!("ADDRESS#{}", digest(&email.folded())), sk: "GUARD".to_owned() }
    }

    /// Kept for unknown addresses too, as the guard is, and apart from it: a right password clears that one.
    pub(super) fn asked(email: &EmailAddress) -> Self {
        Self { sk: "ASKED".to_owned(), ..Self::guard(email) }
    }

    pub(super) fn reset(token: &TokenDigest) -> Self {
        Self::alone(format!("RESET#{}", token.as_str()))
    }

    pub(super) fn mail(id: MailId) -> Self {
        let Self { pk, sk } = Self::mails(id.created_at());
        Self { sk: format!("{sk}{id}"), pk }
    }

    /// The partition and the beginning of the mails that were promised in an hour.
    pub(super) fn mails(at: Timestamp) -> Self {
        // Up to the hour: 2026-11-22T21.
        let hour: String = at.to_string().chars().take(13).collect();
        Self { pk: format!("{OUTBOX}{hour}"), sk: MAIL.to_owned() }
    }

    pub(super) fn connection(connection_id: &ConnectionId) -> Self {
        Self::alone(format!("CONNECTION#{connection_id}"))
    }

    /// Whoever reads the table must not learn a ticket from it.
    pub(super) fn ticket(ticket: &str) -> Self {
        Self::alone(format!("TICKET#{}", digest(ticket)))
    }

    pub(super) fn counter(kind: &str, whose: &str) -> Self {
        Self { pk: format!("COUNT#{kind}#{whose}"), sk: "COUNT".to_owned() }
    }

    pub(super) fn conversation(conversation_id: &ConversationId) -> Self {
        Self { pk: format!("{CONVERSATION}{conversation_id}"), sk: META.to_owned() }
    }

    /// Sorts before every `LOG#…`: out of the way of the query that a send begins with.
    pub(super) fn head(conversation_id: &ConversationId) -> Self {
        Self { pk: format!("{CONVERSATION}{conversation_id}"), sk: "HEAD".to_owned() }
    }

    pub(super) fn entry(conversation_id: &ConversationId, seq: u64) -> Self {
        Self {
            pk: format!("{CONVERSATION}{conversation_id}"),
            sk: format!("{LOG}{seq:0SEQ_DIGITS$}"),
        }
    }

    /// The key as DynamoDB writes it.
    pub(super) fn item(&self) -> Item {
        [("pk", &self.pk), ("sk", &self.sk)]
            .map(|(name, value)| (name.to_owned(), AttributeValue::S(value.clone())))
            .into()
    }

    /// The key that an item was read under.
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

/// The mail that an item of the outbox is.
pub(super) fn mail_id(pk: &str, sk: &str) -> Option<MailId> {
    sk.strip_prefix(MAIL).filter(|_| pk.starts_with(OUTBOX))?.parse().ok()
}

/// The conversation whose partition this is.
pub(super) fn conversation_id(pk: &str) -> Option<ConversationId> {
    pk.strip_prefix(CONVERSATION)?.parse().ok()
}

/// The number of an entry.
pub(super) fn seq(sk: &str) -> Option<u64> {
    sk.strip_prefix(LOG)?.parse().ok()
}

/// SHA-256 of a text in hexadecimal digits.
fn digest(text: &str) -> String {
    HEXLOWER.encode(&Sha256::digest(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_conversation_sorts_right_behind_its_newest_entry_and_its_head_before_all() {
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
    fn no_ticket_and_no_guarded_address_stands_in_a_key() {
        let email = EmailAddress::parse("ada@example.com").unwrap();
        assert!(!Key::guard(&email).pk.contains("ada"));
        assert!(!Key::ticket("secret").pk.contains("secret"));
    }
}
