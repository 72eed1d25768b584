//! Interprets the records of the table's stream.

use serde_dynamo::{AttributeValue, Item};

use super::keys;
use crate::domain::{ConversationId, MailId};

/// The change that a record describes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// The log has an entry with this number.
    Entry(ConversationId, u64),
    /// The head points at the entry with this number.
    Head(ConversationId, u64),
}

/// The email in the outbox that a record is about.
pub fn mail_id(keys: &Item) -> Option<MailId> {
    keys::mail_id(text(keys, "pk")?, text(keys, "sk")?)
}

/// The change in a conversation that a record describes, from its keys and the item's new state.
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
