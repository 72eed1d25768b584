//! Sockets. Each socket has a row, which has its user and session. Each account has a map of its sockets, for delivery.

use aws_sdk_dynamodb::types::{
    ConditionCheck, Delete, Put, ReturnValuesOnConditionCheckFailure, Update,
    builders::UpdateBuilder,
};
use serde::{Deserialize, Serialize};

use super::{
    Error, Key, Store, back_off, from_item, number, text, to_item, to_value,
    transact::{Outcome, action},
    update_if, update_or_current,
};
use crate::domain::{
    Account, ConnectionId, Identity, SessionId, Socket, Timestamp, UserId, limits,
};

/// The user and session of a socket. The row is deleted in the transaction that ends the session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Connection {
    /// The socket.
    pub id: ConnectionId,
    /// The user.
    pub user_id: UserId,
    /// The session that opened it.
    pub session_id: SessionId,
    /// The latest time at which it closes.
    pub ends_at: Timestamp,
    /// The time until which it counts as alive. In 1970 before its first frame.
    pub lease_until: Timestamp,
}

/// The socket may open. The caller must close the sockets that it displaces.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Admitted {
    /// The sockets over the account's limit. They no longer have access.
    pub displaced: Vec<ConnectionId>,
}

/// The socket may not open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotAdmitted {
    /// The ticket was used.
    TicketUsed,
    /// The session has ended.
    SessionEnded,
}

/// Sockets that no longer have access. The caller must notify and close them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Ended {
    /// The sockets, each with its session.
    pub sockets: Vec<(SessionId, ConnectionId)>,
    /// When the user went offline, if no other socket of theirs was alive.
    pub went_offline: Option<Timestamp>,
}

impl Ended {
    /// Adds sockets that ended later.
    pub fn join(&mut self, later: Self) {
        self.sockets.extend(later.sockets);
        self.went_offline = later.went_offline.or(self.went_offline);
    }
}

/// The outcome of renewing a lease.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lease {
    /// There is no lease to renew, because the session has ended.
    Ended,
    /// The lease was renewed.
    Renewed,
    /// The lease was renewed. The caller must announce to the user's partners that the user is online.
    Announced {
        /// The time of the renewal.
        at: Timestamp,
        /// The end of the lease.
        until: Timestamp,
    },
}

/// Attempts while other sockets of the same account compete.
const ATTEMPTS: u32 = 16;

impl Store {
    /// Admits a socket. One transaction uses up the ticket, checks that the session still exists and writes the rows.
    ///
    /// # Errors
    /// [`Error`] if the table fails.
    pub async fn admit(
        &self,
        connection_id: &ConnectionId,
        identity: Identity,
        ticket: Option<&str>,
    ) -> Result<Result<Admitted, NotAdmitted>, Error> {
        for attempt in 0..ATTEMPTS {
            if attempt > 0 {
                back_off(attempt).await;
            }
            let now = self.clock.now();
            let Some(session) = self.session(identity).await? else {
                return Ok(Err(NotAdmitted::SessionEnded));
            };
            let Some(account) = self.account(identity.user_id).await? else {
                return Ok(Err(NotAdmitted::SessionEnded));
            };
            let displaced = account.surplus_sockets(now);
            let socket = Socket {
                session_id: identity.session_id,
                opened_at: now,
                lease_until: Timestamp::default(),
            };
            let connection = Connection {
                id: connection_id.clone(),
                user_id: identity.user_id,
                session_id: identity.session_id,
                ends_at: (now + limits::aws::SOCKET_LIFE).min(session.ends_at),
                lease_until: Timestamp::default(),
            };
            let mut item = to_item("connection", &Key::connection(connection_id), &connection)?;
            item.insert("expires_at".to_owned(), number(connection.ends_at.as_secs()));

            let session_exists = ConditionCheck::builder()
                .set_key(Some(Key::session(identity.user_id, identity.session_id).item()))
                // I5: a session that has ended opens no socket.
                .condition_expression("attribute_exists(pk)");
            let row = Put::builder().set_item(Some(item));
            let removed: Vec<&ConnectionId> = displaced.iter().collect();
            let listed = change_sockets(&removed, "", "SET sockets.#new = :socket")
                .set_key(Some(Key::account(identity.user_id).item()))
                // I5: a request that ends the session sees this socket. The number of sockets also stays within its limit.
                .condition_expression("sockets_version = :seen")
                .expression_attribute_names("#new", connection_id.to_string())
                .expression_attribute_values(":socket", to_value("socket", &socket)?)
                .expression_attribute_values(":seen", number(account.sockets_version));
            let mut actions = vec![
                action!(self, condition_check, session_exists),
                action!(self, put, row),
                action!(self, update, listed),
            ];
            if let Some(ticket) = ticket {
                let spend = Delete::builder()
                    .set_key(Some(Key::ticket(ticket).item()))
                    // A ticket admits one socket, even for concurrent requests.
                    .condition_expression("attribute_exists(pk)");
                actions.push(action!(self, delete, spend));
            }
            for old in &displaced {
                let delete = Delete::builder().set_key(Some(Key::connection(old).item()));
                actions.push(action!(self, delete, delete));
            }
            let outcome = self.transact(actions).await?;
            if outcome == Outcome::Done {
                return Ok(Ok(Admitted { displaced }));
            }
            if outcome.failed_at(0) {
                return Ok(Err(NotAdmitted::SessionEnded));
            }
            if ticket.is_some() && outcome.failed_at(3) {
                return Ok(Err(NotAdmitted::TicketUsed));
            }
        }
        Err(Error::Contended("the sockets of an account"))
    }

    /// The user and session of a socket that has not ended. A consistent read, because all access on the socket depends on it (I5).
    ///
    /// # Errors
    /// [`Error`] if the table fails.
    pub async fn connection(
        &self,
        connection_id: &ConnectionId,
    ) -> Result<Option<Connection>, Error> {
        let connection = self.connection_row(connection_id).await?;
        // DynamoDB's TTL may delete an item days after it expired.
        Ok(connection.filter(|connection| connection.ends_at > self.clock.now()))
    }

    /// The row of a socket, even after its end, for forgetting the socket.
    ///
    /// # Errors
    /// [`Error`] if the table fails.
    pub async fn connection_row(
        &self,
        connection_id: &ConnectionId,
    ) -> Result<Option<Connection>, Error> {
        let item = self.get(&Key::connection(connection_id), true).await?;
        item.map(|item| from_item("connection", item)).transpose()
    }

    /// Renews the lease of a socket. The first renewal makes the socket reachable.
    ///
    /// An announcement is due when the last announced time is about to end. Of several sockets, only one announces it. If the
    /// response to its write is lost, the next renewal announces it.
    ///
    /// # Errors
    /// [`Error`] if the table fails.
    pub async fn renew_lease(
        &self,
        connection: &Connection,
        until: Timestamp,
    ) -> Result<Lease, Error> {
        let at = self.clock.now();
        let Some(announces) = self.renew_in_account(connection, at, until).await? else {
            return Ok(Lease::Ended);
        };
        // Updates the account first. After a crash between the two updates, the next frame renews again.
        let row = self
            .update(&Key::connection(&connection.id))
            .update_expression("SET lease_until = :until")
            // I5: a renewal never creates the row again.
            .condition_expression("attribute_exists(pk)")
            .expression_attribute_values(":until", text(until));
        Ok(match update_if(row).await? {
            false => Lease::Ended,
            true if announces => Lease::Announced { at, until },
            true => Lease::Renewed,
        })
    }

    /// Renews the lease in the account's map. Returns whether to announce it, or `None` if the session has ended.
    async fn renew_in_account(
        &self,
        connection: &Connection,
        at: Timestamp,
        until: Timestamp,
    ) -> Result<Option<bool>, Error> {
        let lease = || {
            self.update(&Key::account(connection.user_id))
                .expression_attribute_names("#id", connection.id.to_string())
                .expression_attribute_values(":until", text(until))
                .expression_attribute_values(":soon", text(at + limits::internal::LEASE_RENEWAL))
        };
        let announced = lease()
            .update_expression("SET sockets.#id.lease_until = :until, announced_until = :until")
            // I5: a renewal never adds a socket again. Of several sockets, only the first one announces, and only a later time.
            .condition_expression(
                "attribute_exists(sockets.#id) AND (attribute_not_exists(announced_until) \
                 OR (announced_until < :soon AND announced_until < :until))",
            );
        let renewed = lease()
            .update_expression("SET sockets.#id.lease_until = :until")
            // I5: a renewal never adds a socket again. The announcement must still exist: if the end of an older socket removed
            // it between the two attempts, no socket would announce this one.
            .condition_expression(
                "attribute_exists(sockets.#id) AND attribute_exists(announced_until) \
                 AND (announced_until >= :soon OR announced_until >= :until)",
            )
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld);
        for attempt in 0..ATTEMPTS {
            if attempt > 0 {
                back_off(attempt).await;
            }
            if update_if(announced.clone()).await? {
                return Ok(Some(true));
            }
            let Err(current) = update_or_current(renewed.clone()).await? else {
                return Ok(Some(false));
            };
            let account = current.map(|item| from_item::<Account>("account", item)).transpose()?;
            if !account.is_some_and(|account| account.sockets.contains_key(&connection.id)) {
                return Ok(None);
            }
        }
        Err(Error::Contended("the sockets of an account"))
    }

    /// Forgets one socket (I9). Returns the time at which its user went offline, if this was their last socket.
    ///
    /// # Errors
    /// [`Error`] if the table fails.
    pub async fn forget_socket(
        &self,
        user_id: UserId,
        connection_id: &ConnectionId,
    ) -> Result<Option<Timestamp>, Error> {
        // Deletes the row first. A dead socket that a crash leaves in the map receives nothing, and the next 410 removes it.
        self.delete(&Key::connection(connection_id)).await?;
        let mut tried_at = None;
        for attempt in 0..ATTEMPTS {
            if attempt > 0 {
                back_off(attempt).await;
            }
            let Some(account) = self.account(user_id).await? else { return Ok(None) };
            if !account.sockets.contains_key(connection_id) {
                // An earlier attempt may have removed the socket, although its response was lost.
                return Ok(tried_at.filter(|at| account.last_seen_at == Some(*at)));
            }
            let now = self.clock.now();
            let update = self
                .update(&Key::account(user_id))
                .expression_attribute_names("#id", connection_id.to_string());
            if !account.goes_offline(|id| id == connection_id, now) {
                let remove = update
                    .update_expression("REMOVE sockets.#id")
                    // I9: removes only this socket, and only if it is still in the map.
                    .condition_expression("attribute_exists(sockets.#id)");
                return update_if(remove).await.map(|_| None);
            }
            tried_at = Some(now);
            let leave = update
                .update_expression("REMOVE sockets.#id, announced_until SET last_seen_at = :now")
                // A user who came online in the meantime does not go offline.
                .condition_expression("sockets = :seen")
                .expression_attribute_values(":now", text(now))
                .expression_attribute_values(":seen", to_value("sockets", &account.sockets)?);
            if update_if(leave).await? {
                return Ok(tried_at);
            }
        }
        Err(Error::Contended("the sockets of an account"))
    }

    /// The update that removes sockets from an account, and the sockets that it ends. Its condition fails if another socket was
    /// added in the meantime.
    pub(super) fn without_sockets(
        &self,
        account: &Account,
        sockets: Vec<(SessionId, ConnectionId)>,
    ) -> Result<(UpdateBuilder, Ended), Error> {
        let now = self.clock.now();
        let removed: Vec<&ConnectionId> = sockets.iter().map(|(_, id)| id).collect();
        let went_offline = account.goes_offline(|id| removed.contains(&id), now).then_some(now);
        // I5: a new socket changes the version, so the next attempt ends that socket too.
        const UNCHANGED: &str = "sockets_version = :seen";
        let update = match went_offline {
            None => change_sockets(&removed, "", "").condition_expression(UNCHANGED),
            Some(at) => change_sockets(&removed, ", announced_until", "SET last_seen_at = :now")
                // I5, as above. A user who came online on another socket in the meantime does not go offline.
                .condition_expression(format!("{UNCHANGED} AND sockets = :sockets"))
                .expression_attribute_values(":now", text(at))
                .expression_attribute_values(":sockets", to_value("sockets", &account.sockets)?),
        };
        let update = update
            .set_key(Some(Key::account(account.user_id).item()))
            .expression_attribute_values(":seen", number(account.sockets_version));
        Ok((update, Ended { sockets, went_offline }))
    }
}

/// Changes the map of sockets in an account: removes sockets and the paths in `more`, applies `set`, and increments the version.
fn change_sockets(removed: &[&ConnectionId], more: &str, set: &str) -> UpdateBuilder {
    let mut update = Update::builder().expression_attribute_values(":one", number(1));
    let mut paths = Vec::with_capacity(removed.len());
    for (index, connection_id) in removed.iter().enumerate() {
        paths.push(format!("sockets.#old{index}"));
        update =
            update.expression_attribute_names(format!("#old{index}"), connection_id.to_string());
    }
    let remove = match paths.is_empty() {
        true => String::new(),
        false => format!("REMOVE {}{more}", paths.join(", ")),
    };
    update.update_expression(format!("ADD sockets_version :one {remove} {set}"))
}
