//! Who is online is seen from live leases. That somebody came or went is told to the partners of their latest direct
//! conversations; like every push, that is a hint.

use crate::{
    domain::{ConversationId, Timestamp, UserId, limits},
    protocol::frame::Event,
    push::{self, Pusher},
    store::{Ended, Error, Store},
};

/// Tells that somebody is online until then, unless they are heard of again.
pub async fn tell_online(store: &Store, pusher: &Pusher, user_id: UserId, until: Timestamp) {
    tell(store, pusher, user_id, Some(until)).await;
}

/// Tells that somebody is offline from now on.
pub async fn tell_offline(store: &Store, pusher: &Pusher, user_id: UserId) {
    tell(store, pusher, user_id, None).await;
}

/// Closes the sockets of sessions that ended, and tells if their user is offline by that.
pub async fn end(store: &Store, pusher: &Pusher, user_id: UserId, ended: &Ended) {
    let told = async {
        if ended.went_offline {
            tell_offline(store, pusher, user_id).await;
        }
    };
    futures::future::join(pusher.end(&ended.sockets), told).await;
}

async fn tell(store: &Store, pusher: &Pusher, user_id: UserId, online_until: Option<Timestamp>) {
    let last_seen_at = store.clock().now();
    push::within_deadline(async {
        match partners(store, user_id).await {
            Ok(partners) if partners.is_empty() => {}
            Ok(partners) => {
                let event = Event::Presence { user_id, online_until, last_seen_at };
                push::fan_out(store, pusher, &partners, event, None).await;
            }
            Err(error) => {
                tracing::warn!(error.message = %error, "partners could not be looked up");
            }
        }
    })
    .await;
}

/// The partners of a user's latest direct conversations. Which are the latest is asked only where there are more.
async fn partners(store: &Store, user_id: UserId) -> Result<Vec<UserId>, Error> {
    let memberships = store.memberships(user_id).await?;
    let mut direct: Vec<_> = memberships
        .into_iter()
        .filter_map(|membership| Some((membership.conversation_id, membership.partner?)))
        .collect();
    if direct.len() > limits::PRESENCE_PARTNERS {
        let heads = store.heads(direct.iter().map(|(id, _)| id)).await?;
        let active_at = |id: &ConversationId| {
            heads.iter().find(|head| head.conversation_id == *id).map(|head| head.updated_at)
        };
        direct.sort_by_cached_key(|(id, _)| std::cmp::Reverse(active_at(id)));
        direct.truncate(limits::PRESENCE_PARTNERS);
    }
    Ok(direct.into_iter().map(|(_, partner)| partner).collect())
}
