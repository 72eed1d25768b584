//! Finds the users to notify when a user comes online or goes offline.

use std::collections::BTreeMap;

use crate::{
    domain::{UserId, limits},
    store::{Error, Store},
};

/// The partners of a user's most recently active direct conversations.
///
/// The heads have the times of activity. A head costs half a read unit, so they are read only if there are more conversations than
/// the limit.
pub(super) async fn partners(store: &Store, user_id: UserId) -> Result<Vec<UserId>, Error> {
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
