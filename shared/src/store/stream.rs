//! What records of the table's stream are about.

use serde_dynamo::{AttributeValue, Item};

use super::keys;
use crate::domain::{ConversationId, MailId};

/// A change that a record tells of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// An entry of this number stands in the log.
    Entry(ConversationId, u64),
    /// The head points at the entry of this number.
    Head(ConversationId, u64),
}

/// The mail that the record of an outbox's item is about.
pub fn mail_id(keys: &Item) -> Option<MailId> {
    keys::mail_id(text(keys, "pk")?, text(keys, "sk")?)
}

/// What a record of a conversation's item tells of: its keys, and the item as it is now.
pub fn change(keys: &Item, new_image: &Item) -> Option<Change> {
    let id = keys::conversation_id(text(keys, "pk")?)?;
    let sk = text(keys, "sk")?;
    match keys::seq(sk) {
        Some(seq) => Some(Change::Entry(id, seq)),
        None => match new_image.get("head_seq") {
            Some(AttributeValue::N(seq)) => Some(Change::Head(id, seq.parse().ok()?)),
            _ => None,
        },
    }
}

fn text<'a>(keys: &'a Item, name: &str) -> Option<&'a str> {
    match keys.get(name) {
        Some(AttributeValue::S(text)) => Some(text),
        _ => None,
    }
}
