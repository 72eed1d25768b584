//! Announces an append: updates the head and pushes the entries.

use super::Snapshot;
use crate::{
    domain::{Body, ConnectionId, Entry, UserId},
    protocol::{frame::Event, view},
    push::{Delivery, Pushes, within_deadline},
    store::{Appended, Store},
};

/// Announces an append: updates the head and pushes the entries, concurrently. The entries are already stored, and the head and
/// the pushes are only hints. For a duplicate, it only updates the head, because the first writer may have crashed before that.
pub async fn announce(delivery: &Delivery, appended: &Appended, except: Option<&ConnectionId>) {
    let Some(newest) = appended.entries.last() else { return };
    let head = within_deadline(async {
        let Appended { conversation, message, .. } = appended;
        if let Err(error) = delivery.store().put_head(conversation, newest, message.as_ref()).await
        {
            tracing::warn!(error.message = %error, "a head hint was lost");
        }
    });
    if appended.duplicate {
        return head.await;
    }
    let pushes = async { delivery.push(pushes(delivery.store(), appended).await, except).await };
    futures::future::join(head, pushes).await;
}

/// Builds the pushes for entries. Members receive the entries, including a member whom they remove. A new member receives the
/// conversation, and then the entry that added them. That conversation already includes the users who were added in the same
/// request.
async fn pushes(store: &Store, appended: &Appended) -> Pushes {
    let Appended { entries, message, conversation, members_before, .. } = appended;
    let leaver = entries.iter().find_map(|entry| match entry.body {
        Body::MemberRemoved { user_id, .. } => Some(user_id),
        _ => None,
    });
    let joiner = |entry: &Entry| match entry.body {
        Body::MemberAdded { user_id, .. } if !members_before.contains(&user_id) => Some(user_id),
        _ => None,
    };
    let mut pushes = Pushes::to_members(conversation, leaver);
    let joiners: Vec<UserId> = entries.iter().filter_map(joiner).collect();
    if !joiners.is_empty() {
        match Snapshot::load(store, conversation, entries.last(), message.as_ref()).await {
            Ok(snapshot) => {
                for user_id in joiners {
                    if let Some(conversation) = snapshot.view_for(user_id) {
                        pushes = pushes.and([user_id], Event::conversation(conversation));
                    }
                }
            }
            Err(error) => {
                tracing::warn!(error.message = %error, "failed to load a conversation for new members");
            }
        }
    }
    for entry in entries {
        let joiner = joiner(entry);
        let recipients = members_before.iter().copied().chain(joiner);
        let event = |reader| {
            let data = Box::new(view::Entry::new(entry, message.as_ref(), reader)?);
            Some(Event::Entry { conversation_id: conversation.id.clone(), seq: entry.seq, data })
        };
        let is_same_for_all = match &entry.body {
            Body::Edit { .. } => message
                .as_ref()
                .and_then(Entry::message)
                .is_none_or(|message| message.reactions.is_empty()),
            _ => true,
        };
        if is_same_for_all {
            if let Some(event) = event(entry.sender_id) {
                pushes = pushes.and(recipients, event);
            }
            continue;
        }
        // Each member sees which reactions are their own.
        for user_id in recipients {
            if let Some(event) = event(user_id) {
                pushes = pushes.and([user_id], event);
            }
        }
    }
    pushes
}
