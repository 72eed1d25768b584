//! An account: the user's profile and open sockets.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{ConnectionId, EmailAddress, Name, Socket, Timestamp, UserId, limits};

/// An account.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Account {
    /// The user.
    pub user_id: UserId,
    /// The name that other users see.
    pub name: Name,
    /// The email address. Only the owner sees it.
    pub email: EmailAddress,
    /// When the user registered.
    pub created_at: Timestamp,
    /// The number of the user in the directory: 1, 2, 3 … without a gap.
    pub number: u64,
    /// The open sockets, at most [`limits::SOCKETS`].
    #[serde(default)]
    pub sockets: BTreeMap<ConnectionId, Socket>,
    /// Increases when a socket is added or a session's sockets are removed. A write that changes them is conditional on it.
    #[serde(default)]
    pub sockets_version: u64,
    /// When the user's last live socket ended, if the server noticed it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_seen_at: Option<Timestamp>,
    /// The time until which the user's partners expect them to be online, according to the last presence event.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub announced_until: Option<Timestamp>,
}

impl Account {
    /// Creates an account; `entropy` makes its id unique.
    pub fn new(
        name: &Name,
        email: &EmailAddress,
        now: Timestamp,
        entropy: u128,
        number: u64,
    ) -> Self {
        Self {
            user_id: UserId::new(now, entropy),
            name: name.clone(),
            email: email.clone(),
            created_at: now,
            number,
            sockets: BTreeMap::new(),
            sockets_version: 0,
            last_seen_at: None,
            announced_until: None,
        }
    }

    /// Returns true if the user has a live socket at this time.
    pub fn online(&self, now: Timestamp) -> bool {
        self.reachable(now).next().is_some()
    }

    /// Returns true if the user is online, and would be offline without the sockets that `without` selects.
    pub fn goes_offline(&self, without: impl Fn(&ConnectionId) -> bool, now: Timestamp) -> bool {
        let mut alive = self.reachable(now).peekable();
        alive.peek().is_some() && alive.all(without)
    }

    /// The sockets that a push can reach: those with a current lease, which starts with the first frame.
    pub fn reachable(&self, now: Timestamp) -> impl Iterator<Item = &ConnectionId> {
        self.sockets.iter().filter(move |(_, socket)| socket.lease_until > now).map(|(id, _)| id)
    }

    /// The sockets to remove so that one more fits: those that have ended, then the oldest.
    pub fn surplus_sockets(&self, now: Timestamp) -> Vec<ConnectionId> {
        // The gateway has closed a socket that is too old or was idle for too long, even if no `$disconnect` arrived.
        let ended = |socket: &Socket| {
            socket.opened_at + limits::aws::SOCKET_LIFE <= now
                || (socket.lease_until <= now && socket.opened_at + limits::internal::LEASE <= now)
        };
        let mut by_age: Vec<_> = self.sockets.iter().collect();
        by_age.sort_by_key(|(_, socket)| socket.opened_at);
        let alive = by_age.iter().filter(|(_, socket)| !ended(socket)).count();
        let mut surplus = (alive + 1).saturating_sub(limits::SOCKETS);
        by_age
            .into_iter()
            .filter(|(_, socket)| {
                let displaced = !ended(socket) && surplus > 0;
                surplus -= usize::from(displaced);
                displaced || ended(socket)
            })
            .map(|(id, _)| id.clone())
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::SessionId;

    #[test]
    fn the_oldest_socket_is_surplus_when_one_opens_past_the_limit() {
        let socket = |ms| Socket {
            session_id: SessionId::new(Timestamp::from_millis(1), 1),
            opened_at: Timestamp::from_millis(ms),
            lease_until: Timestamp::default(),
        };
        let name = Name::parse("Ada").unwrap();
        let email = EmailAddress::parse("ada@example.com").unwrap();
        let mut account = Account::new(&name, &email, Timestamp::default(), 1, 1);
        account.sockets =
            (0..19).map(|n| (ConnectionId(format!("s{n:02}")), socket(100 - n))).collect();
        let now = Timestamp::from_millis(200);
        assert!(account.surplus_sockets(now).is_empty());
        account.sockets.insert(ConnectionId("x".to_owned()), socket(150));
        assert_eq!(account.surplus_sockets(now), [ConnectionId("s18".to_owned())]);
        assert_eq!(account.surplus_sockets(now + limits::aws::SOCKET_LIFE).len(), 20);
    }
}
