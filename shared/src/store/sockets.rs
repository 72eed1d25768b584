//! Sockets: a row of its own for each (who speaks on it), and a map of them in the account (where a user can be reached).

use aws_sdk_dynamodb::types::{ConditionCheck, Delete, Put, Update, builders::UpdateBuilder};
use serde::{Deserialize, Serialize};

use super::{
    Error, Key, Store, back_off, from_item, number, text, to_item, to_value,
    transact::{Outcome, action},
    update_if,
};
use crate::domain::{ConnectionId, Identity, SessionId, Socket, Timestamp, UserId, limits};

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
                ends_at: (now + limits::SOCKET_LIFE).min(session.ends_at),
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
            let listed = change_sockets(&gone, "SET sockets.#new = :socket")
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

    /// Renews the lease of a socket; the first time, that makes it reachable. False where its session has ended.
    ///
    /// # Errors
    /// The table's.
    pub async fn renew_lease(
        &self,
        connection: &Connection,
        until: Timestamp,
    ) -> Result<bool, Error> {
        let row = Update::builder()
            .set_key(Some(Key::connection(&connection.id).item()))
            .update_expression("SET lease_until = :until")
            // I5: a lease is renewed, never made anew.
            .condition_expression("attribute_exists(pk)")
            .expression_attribute_values(":until", text(until));
        let listed = Update::builder()
            .set_key(Some(Key::account(connection.user_id).item()))
            .update_expression("SET sockets.#id.lease_until = :until")
            .condition_expression("attribute_exists(sockets.#id)")
            .expression_attribute_names("#id", connection.id.to_string())
            .expression_attribute_values(":until", text(until));
        let outcome =
            self.transact(vec![action!(self, update, row), action!(self, update, listed)]).await?;
        Ok(outcome == Outcome::Done)
    }

    /// Forgets a socket, and nothing else (I9).
    ///
    /// # Errors
    /// The table's.
    pub async fn forget_socket(
        &self,
        user_id: UserId,
        connection_id: &ConnectionId,
    ) -> Result<(), Error> {
        // The row first: what is left in the map after a crash reaches nobody and is forgotten at the next 410.
        self.delete(&Key::connection(connection_id)).await?;
        let update = self
            .update(&Key::account(user_id))
            .update_expression("REMOVE sockets.#id")
            .condition_expression("attribute_exists(sockets.#id)")
            .expression_attribute_names("#id", connection_id.to_string());
        update_if(update).await.map(|_| ())
    }
}

/// The update of an account that takes sockets off its map, does `more`, and raises the map's version.
pub(super) fn change_sockets(gone: &[&ConnectionId], more: &str) -> UpdateBuilder {
    let mut update = Update::builder().expression_attribute_values(":one", number(1));
    let mut paths = Vec::with_capacity(gone.len());
    for (place, connection_id) in gone.iter().enumerate() {
        paths.push(format!("sockets.#old{place}"));
        update =
            update.expression_attribute_names(format!("#old{place}"), connection_id.to_string());
    }
    let remove =
        if paths.is_empty() { String::new() } else { format!("REMOVE {}", paths.join(", ")) };
    update.update_expression(format!("ADD sockets_version :one {remove} {more}"))
}
