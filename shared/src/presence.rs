//! Who is online is seen from live leases. That somebody came or went is told to the partners of their latest direct
//! conversations; like every push, that is a hint.

use std::collections::BTreeMap;

use crate::{
    domain::{Presence, UserId, limits},
    protocol::frame::Event,
    push::{self, Pusher, Pushes},
    store::{Ended, Error, Store},
};

impl Presence {
    /// Tells the partners, for [`limits::PUSH_DEADLINE`] at most.
    pub async fn tell(self, store: &Store, pusher: &Pusher) {
        push::within_deadline(self.told(store, pusher)).await;
    }

    /// Tells the partners. That a socket of theirs is found dead by it is told to nobody in turn.
    pub(crate) async fn told(self, store: &Store, pusher: &Pusher) {
        match partners(store, self.user_id).await {
            Ok(partners) if partners.is_empty() => {}
            Ok(partners) => {
                let pushes = Pushes::default().and(partners, Event::Presence(self));
                pushes.deliver(store, pusher, None).await;
            }
            Err(error) => {
                tracing::warn!(error.message = %error, "partners could not be looked up");
            }
        }
    }
}

/// Closes the sockets of sessions that ended, and tells if their user is offline by that.
pub async fn end(store: &Store, pusher: &Pusher, user_id: UserId, ended: &Ended) {
    let told = async {
        if let Some(at) = ended.went_offline {
            Presence::offline(user_id, at).tell(store, pusher).await;
        }
    };
    futures::future::join(pusher.end(&ended.sockets), told).await;
}

/// The partners of a user's latest direct conversations. Which are the latest is asked only where there are more; then each
/// of them costs half a read unit.
async fn partners(store: &Store, user_id: UserId) -> Result<Vec<UserId>, Error> {
    let memberships = store.memberships(user_id).await?;
    let mut direct: Vec<_> = memberships
        .into_iter()
        .filter_map(|membership| Some((membership.conversation_id, membership.partner?)))
        .collect();
    if direct.len() > limits::PRESENCE_PARTNERS {
        let heads = store.heads(direct.iter().map(|(id, _)| id)).await?;
        let active_at: BTreeMap<_, _> =
            heads.into_iter().map(|head| (head.conversation_id, head.updated_at)).collect();
        direct.sort_by_cached_key(|(id, _)| std::cmp::Reverse(active_at.get(id).copied()));
        direct.truncate(limits::PRESENCE_PARTNERS);
    }
    Ok(direct.into_iter().map(|(_, partner)| partner).collect())
}
