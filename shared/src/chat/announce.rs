//! Makes an append known: moves the head hint and pushes the entries.

use super::Snapshot;
use crate::{
    domain::{Body, ConnectionId, Entry, UserId},
    protocol::{frame::Event, view},
    push::{Delivery, Pushes, within_deadline},
    store::{Appended, Store},
};

/// Makes what was added known: moves the head hint and pushes the entries, at once, for the entries are safe and both are
/// hints. Of a message that stood there already only the head is moved: whoever wrote it may have crashed before.
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

/// Who is told of entries: the members, those who are none any more by them included. Who joins is shown the conversation and
/// told of their own joining; of those who join with them the conversation tells.
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
    let mut pushes = Pushes::within(conversation, leaver);
    let joiners: Vec<UserId> = entries.iter().filter_map(joiner).collect();
    if !joiners.is_empty() {
        match Snapshot::load(store, conversation, entries.last(), message.as_ref()).await {
            Ok(snapshot) => {
                for user_id in joiners {
                    if let Some(shown) = snapshot.view_for(user_id) {
                        pushes = pushes.and([user_id], Event::Conversation(Box::new(shown)));
                    }
                }
            }
            Err(error) => {
                tracing::warn!(error.message = %error, "a conversation could not be shown");
            }
        }
    }
    for entry in entries {
        let joiner = joiner(entry);
        let everybody = members_before.iter().copied().chain(joiner);
        let event = |reader| {
            let entry_shown = view::Entry::new(entry, message.as_ref(), reader)?;
            Some(Event::Entry(Box::new(entry_shown), conversation.id.clone(), entry.seq))
        };
        let is_alike = match &entry.body {
            Body::Edit { .. } => message
                .as_ref()
                .and_then(Entry::message)
                .is_none_or(|message| message.reactions.is_empty()),
            _ => true,
        };
        if is_alike {
            if let Some(event) = event(entry.sender_id) {
                pushes = pushes.and(everybody, event);
            }
            continue;
        }
        // Everybody sees which reactions are their own.
        for user_id in everybody {
            if let Some(event) = event(user_id) {
                pushes = pushes.and([user_id], event);
            }
        }
    }
    pushes
}
