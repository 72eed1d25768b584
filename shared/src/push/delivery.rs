//! Delivers frames to users. The store knows their sockets, and the pusher posts to them.

use futures::{StreamExt as _, future::join, stream};

use super::{CONCURRENCY, Posted, Pusher, Pushes, presence::partners, within_deadline};
use crate::{
    domain::{Account, ConnectionId, Presence, UserId},
    protocol::frame::Event,
    store::{Ended, Store},
};

/// Delivers frames to the sockets of users.
#[derive(Debug, Clone)]
pub struct Delivery {
    store: Store,
    pusher: Pusher,
}

/// The outcome of a post to one socket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pushed {
    /// The gateway accepted it.
    Delivered,
    /// The post failed. The socket may still exist.
    Lost,
    /// The socket is gone, and the store forgot it. Has the user's presence if they went offline.
    Forgotten(Option<Presence>),
}

impl Delivery {
    /// Delivers to the sockets in this store.
    pub fn new(store: Store, pusher: Pusher) -> Self {
        Self { store, pusher }
    }

    /// The store.
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// The pusher, for sockets that belong to no user.
    pub fn pusher(&self) -> &Pusher {
        &self.pusher
    }

    /// Pushes to every reachable socket except `except`, and announces the users whose last socket turns out to be gone.
    ///
    /// Takes at most [`limits::internal::PUSH_DEADLINE`](crate::domain::limits::internal::PUSH_DEADLINE) and never fails. `sync`
    /// returns events whose push was lost.
    pub async fn push(&self, pushes: Pushes, except: Option<&ConnectionId>) {
        within_deadline(async {
            let gone = self.deliver(pushes, except).await;
            stream::iter(gone)
                .for_each_concurrent(CONCURRENCY, |presence| self.push_presence(presence))
                .await;
        })
        .await;
    }

    /// Announces to the user's partners that the user came online or went offline. A hint, like every push.
    pub async fn announce(&self, presence: Presence) {
        within_deadline(self.push_presence(presence)).await;
    }

    /// Closes the sockets of sessions that ended, and announces their user if they went offline.
    pub async fn end(&self, user_id: UserId, ended: &Ended) {
        let announcement = async {
            if let Some(at) = ended.went_offline {
                self.announce(Presence::offline(user_id, at)).await;
            }
        };
        join(self.pusher.end(&ended.sockets), announcement).await;
    }

    /// Posts a text to a user's socket, and forgets the socket if it is gone.
    pub async fn post(&self, user_id: UserId, connection_id: &ConnectionId, text: &str) -> Pushed {
        match self.pusher.post(connection_id, text).await {
            Ok(Posted::Delivered) => Pushed::Delivered,
            Ok(Posted::Gone) => match self.store.forget_socket(user_id, connection_id).await {
                Ok(went_offline) => {
                    Pushed::Forgotten(went_offline.map(|at| Presence::offline(user_id, at)))
                }
                Err(error) => {
                    tracing::warn!(error.message = %error, "failed to forget a dead socket");
                    Pushed::Forgotten(None)
                }
            },
            Err(error) => {
                tracing::warn!(error.message = %error, "a push was lost");
                Pushed::Lost
            }
        }
    }

    /// Pushes a presence. A partner's socket that is gone is forgotten, but the partner is not announced in turn.
    async fn push_presence(&self, presence: Presence) {
        match partners(&self.store, presence.user_id).await {
            Ok(partners) if partners.is_empty() => {}
            Ok(partners) => {
                let pushes =
                    Pushes::default().and(partners, Event::Presence { data: presence.into() });
                self.deliver(pushes, None).await;
            }
            Err(error) => {
                tracing::warn!(error.message = %error, "failed to look up partners for a push");
            }
        }
    }

    /// Posts the frames. Returns the users who went offline because their sockets are dead.
    async fn deliver(&self, pushes: Pushes, except: Option<&ConnectionId>) -> Vec<Presence> {
        let store = &self.store;
        let user_ids: Vec<UserId> = pushes.frames.keys().copied().collect();
        // I4: members are looked up last, so that fewer of them leave between the lookup and the posts.
        let found = match store.accounts(&user_ids).await {
            Ok(accounts) => pushes.members(store).await.map(|members| (accounts, members)),
            Err(error) => Err(error),
        };
        let (accounts, members) = match found {
            Ok(found) => found,
            Err(error) => {
                tracing::warn!(error.message = %error, "failed to look up members for a push");
                return Vec::new();
            }
        };
        let now = store.clock().now();
        let mut sockets: Vec<(UserId, ConnectionId)> = Vec::new();
        let may_receive = |account: &&Account| {
            members.as_ref().is_none_or(|members| members.contains(&account.user_id))
        };
        for account in accounts.values().filter(may_receive) {
            let reachable = account.reachable(now).filter(|socket| Some(*socket) != except);
            sockets.extend(reachable.map(|socket| (account.user_id, socket.clone())));
        }
        let frames = &pushes.frames;
        stream::iter(sockets)
            .map(|(user_id, socket)| async move {
                for text in frames.get(&user_id).into_iter().flatten() {
                    if let Pushed::Forgotten(presence) = self.post(user_id, &socket, text).await {
                        return presence;
                    }
                }
                None
            })
            .buffer_unordered(CONCURRENCY)
            .filter_map(async |presence| presence)
            .collect()
            .await
    }
}
