//! Sockets: a row of its own for each (who speaks on it), and a map of them in the account (where a user can be reached).

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

/// Who speaks on a socket. Gone the moment its session ends.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Connection {
    /// The socket.
    pub id: ConnectionId,
    /// The user.
    pub user_id: UserId,
    /// Their session.
    pub session_id: SessionId,
    /// When it closes at the latest.
    pub ends_at: Timestamp,
    /// Until when it counts as alive; in 1970 until its first frame.
    pub lease_until: Timestamp,
}

/// The socket may open. The sockets that it displaces are to be closed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Admitted {
    /// Sockets past the account's limit, whose rights are gone already.
    pub displaced: Vec<ConnectionId>,
}

/// The socket may not open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotAdmitted {
    /// The ticket was used meanwhile.
    TicketUsed,
    /// The session has ended.
    SessionEnded,
}

/// What ended: sockets that have no rights any more and are to be told and closed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Ended {
    /// The sockets, each with its session.
    pub sockets: Vec<(SessionId, ConnectionId)>,
    /// When their user went offline, if they were the last that were alive.
    pub went_offline: Option<Timestamp>,
}

impl Ended {
    /// Adds what ended after it.
    pub fn join(&mut self, later: Self) {
        self.sockets.extend(later.sockets);
        self.went_offline = later.went_offline.or(self.went_offline);
    }
}

/// What became of a lease that was to be renewed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lease {
    /// The session has ended: there is none to renew.
    Ended,
    /// It is renewed.
    Renewed,
    /// It is renewed, and the user's partners are to be told that they are online until then.
    Announced {
        /// When it was.
        at: Timestamp,
        /// Until when it holds.
        until: Timestamp,
    },
}

/// Rounds against other sockets of the same account.
const ROUNDS: u32 = 16;

impl Store {
    /// Admits a socket: the ticket is spent, the session still stands, and the rows are written, or nothing is.
    ///
    /// # Errors
    /// The table's.
    pub async fn admit(
        &self,
        connection_id: &ConnectionId,
        whose: Identity,
        ticket: Option<&str>,
    ) -> Result<Result<Admitted, NotAdmitted>, Error> {
        for round in 0..ROUNDS {
            if round > 0 {
                back_off(round).await;
            }
            let now = self.clock.now();
            let Some(session) = self.session(whose).await? else {
                return Ok(Err(NotAdmitted::SessionEnded));
            };
            let Some(account) = self.account(whose.user_id).await? else {
                return Ok(Err(NotAdmitted::SessionEnded));
            };
            let displaced = account.surplus_sockets(now);
            let socket = Socket {
                session_id: whose.session_id,
                opened_at: now,
                lease_until: Timestamp::default(),
            };
            let connection = Connection {
                id: connection_id.clone(),
                user_id: whose.user_id,
                session_id: whose.session_id,
                ends_at: (now + limits::aws::SOCKET_LIFE).min(session.ends_at),
                lease_until: Timestamp::default(),
            };
            let mut item = to_item("connection", &Key::connection(connection_id), &connection)?;
            item.insert("expires_at".to_owned(), number(connection.ends_at.as_secs()));

            let session_stands = ConditionCheck::builder()
                .set_key(Some(Key::session(whose.user_id, whose.session_id).item()))
                // I5: no socket for a session that ended.
                .condition_expression("attribute_exists(pk)");
            let row = Put::builder().set_item(Some(item));
            let gone: Vec<&ConnectionId> = displaced.iter().collect();
            let listed = change_sockets(&gone, "", "SET sockets.#new = :socket")
                .set_key(Some(Key::account(whose.user_id).item()))
                // The number of sockets stays within its limit, and whoever ends the session sees this one.
                .condition_expression("sockets_version = :seen")
                .expression_attribute_names("#new", connection_id.to_string())
                .expression_attribute_values(":socket", to_value("socket", &socket)?)
                .expression_attribute_values(":seen", number(account.sockets_version));
            let mut actions = vec![
                action!(self, condition_check, session_stands),
                action!(self, put, row),
                action!(self, update, listed),
            ];
            if let Some(ticket) = ticket {
                let spend = Delete::builder()
                    .set_key(Some(Key::ticket(ticket).item()))
                    // A ticket admits one socket.
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

    /// Who speaks on a socket. Read with consistency: every right on the socket hangs on it (I5).
    ///
    /// # Errors
    /// The table's.
    pub async fn connection(
        &self,
        connection_id: &ConnectionId,
    ) -> Result<Option<Connection>, Error> {
        let connection = self.connection_row(connection_id).await?;
        // TTL deletes days late.
        Ok(connection.filter(|connection| connection.ends_at > self.clock.now()))
    }

    /// Whose a socket is or was, whatever its time: for forgetting it.
    ///
    /// # Errors
    /// The table's.
    pub async fn connection_row(
        &self,
        connection_id: &ConnectionId,
    ) -> Result<Option<Connection>, Error> {
        let item = self.get(&Key::connection(connection_id), true).await?;
        item.map(|item| from_item("connection", item)).transpose()
    }

    /// Renews the lease of a socket; the first time, that makes it reachable.
    ///
    /// Partners are to be told while what they were told last is about to end; of several sockets one tells them. An
    /// announcement whose write lost its answer is made by the next renewal.
    ///
    /// # Errors
    /// The table's.
    pub async fn renew_lease(
        &self,
        connection: &Connection,
        until: Timestamp,
    ) -> Result<Lease, Error> {
        let at = self.clock.now();
        let Some(announces) = self.renew_in_account(connection, at, until).await? else {
            return Ok(Lease::Ended);
        };
        // The account first: after a crash between the two, the next frame renews again.
        let row = self
            .update(&Key::connection(&connection.id))
            .update_expression("SET lease_until = :until")
            // I5: a lease is renewed, never made anew.
            .condition_expression("attribute_exists(pk)")
            .expression_attribute_values(":until", text(until));
        Ok(match update_if(row).await? {
            false => Lease::Ended,
            true if announces => Lease::Announced { at, until },
            true => Lease::Renewed,
        })
    }

    /// Renews the lease in the account's map. Says whether partners are to be told; `None` where the session has ended.
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
            // One of the sockets tells: the first to find that it is time to, and has something new to tell.
            .condition_expression(
                "attribute_exists(sockets.#id) AND (attribute_not_exists(announced_until) \
                 OR (announced_until < :soon AND announced_until < :until))",
            );
        let renewed = lease()
            .update_expression("SET sockets.#id.lease_until = :until")
            // I5: a lease is renewed, never made anew. And what was announced still holds: were it taken back between the
            // two tries, by the end of an older socket, nobody would tell of this one.
            .condition_expression(
                "attribute_exists(sockets.#id) AND attribute_exists(announced_until) \
                 AND (announced_until >= :soon OR announced_until >= :until)",
            )
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld);
        for round in 0..ROUNDS {
            if round > 0 {
                back_off(round).await;
            }
            if update_if(announced.clone()).await? {
                return Ok(Some(true));
            }
            let Err(standing) = update_or_current(renewed.clone()).await? else {
                return Ok(Some(false));
            };
            let account = standing.map(|item| from_item::<Account>("account", item)).transpose()?;
            if !account.is_some_and(|account| account.sockets.contains_key(&connection.id)) {
                return Ok(None);
            }
        }
        Err(Error::Contended("the sockets of an account"))
    }

    /// Forgets a socket, and nothing else (I9). Says when its user went offline, if they did by that.
    ///
    /// # Errors
    /// The table's.
    pub async fn forget_socket(
        &self,
        user_id: UserId,
        connection_id: &ConnectionId,
    ) -> Result<Option<Timestamp>, Error> {
        // The row first: what is left in the map after a crash reaches nobody and is forgotten at the next 410.
        self.delete(&Key::connection(connection_id)).await?;
        let mut tried_at = None;
        for round in 0..ROUNDS {
            if round > 0 {
                back_off(round).await;
            }
            let Some(account) = self.account(user_id).await? else { return Ok(None) };
            if !account.sockets.contains_key(connection_id) {
                // Perhaps by the write of an earlier round, whose answer was lost.
                return Ok(tried_at.filter(|at| account.last_seen_at == Some(*at)));
            }
            let now = self.clock.now();
            let update = self
                .update(&Key::account(user_id))
                .expression_attribute_names("#id", connection_id.to_string());
            if !account.goes_offline(|id| id == connection_id, now) {
                let remove = update
                    .update_expression("REMOVE sockets.#id")
                    .condition_expression("attribute_exists(sockets.#id)");
                return update_if(remove).await.map(|_| None);
            }
            tried_at = Some(now);
            let leave = update
                .update_expression("REMOVE sockets.#id, announced_until SET last_seen_at = :now")
                // Who came online meanwhile is not called offline.
                .condition_expression("sockets = :seen")
                .expression_attribute_values(":now", text(now))
                .expression_attribute_values(":seen", to_value("sockets", &account.sockets)?);
            if update_if(leave).await? {
                return Ok(tried_at);
            }
        }
        Err(Error::Contended("the sockets of an account"))
    }

    /// The update of an account that takes sockets away, and what ends by it. It holds if no socket was added meanwhile.
    pub(super) fn without_sockets(
        &self,
        account: &Account,
        sockets: Vec<(SessionId, ConnectionId)>,
    ) -> Result<(UpdateBuilder, Ended), Error> {
        let now = self.clock.now();
        let gone: Vec<&ConnectionId> = sockets.iter().map(|(_, id)| id).collect();
        let went_offline = account.goes_offline(|id| gone.contains(&id), now).then_some(now);
        // I5: a socket opened meanwhile changes the version, and is seen by the next round.
        const UNCHANGED: &str = "sockets_version = :seen";
        let update = match went_offline {
            None => change_sockets(&gone, "", "").condition_expression(UNCHANGED),
            Some(at) => change_sockets(&gone, ", announced_until", "SET last_seen_at = :now")
                // And who came online meanwhile, on a socket that is not among these, is not called offline.
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

/// The update of an account that takes sockets off its map, and `more` with them, does `set`, and raises the map's version.
fn change_sockets(gone: &[&ConnectionId], more: &str, set: &str) -> UpdateBuilder {
    let mut update = Update::builder().expression_attribute_values(":one", number(1));
    let mut paths = Vec::with_capacity(gone.len());
    for (place, connection_id) in gone.iter().enumerate() {
        paths.push(format!("sockets.#old{place}"));
        update =
            update.expression_attribute_names(format!("#old{place}"), connection_id.to_string());
    }
    let remove = match paths.is_empty() {
        true => String::new(),
        false => format!("REMOVE {}{more}", paths.join(", ")),
    };
    update.update_expression(format!("ADD sockets_version :one {remove} {set}"))
}
