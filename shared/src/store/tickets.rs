//! Tickets: each admits one socket, once. The table has only their digests (I7).

use serde::{Deserialize, Serialize};

use super::{Error, Key, Store, from_item, number, to_item};
use crate::domain::{Identity, SessionId, Timestamp, UserId};

#[derive(Serialize, Deserialize)]
struct Row {
    user_id: UserId,
    session_id: SessionId,
    ends_at: Timestamp,
}

impl Store {
    /// Stores a new ticket.
    ///
    /// # Errors
    /// [`Error`] if the table fails.
    pub async fn put_ticket(
        &self,
        ticket: &str,
        identity: Identity,
        ends_at: Timestamp,
    ) -> Result<(), Error> {
        let row = Row { user_id: identity.user_id, session_id: identity.session_id, ends_at };
        let mut item = to_item("ticket", &Key::ticket(ticket), &row)?;
        item.insert("expires_at".to_owned(), number(ends_at.as_secs()));
        self.client
            .put_item()
            .table_name(&self.table)
            .set_item(Some(item))
            .send()
            .await
            .map(|_| ())
            .map_err(|error| Error::call("PutItem", &error))
    }

    /// The user and session of a ticket, if it was not used and has not expired. Does not use up the ticket.
    ///
    /// # Errors
    /// [`Error`] if the table fails.
    pub async fn ticket(&self, ticket: &str) -> Result<Option<Identity>, Error> {
        let Some(item) = self.get(&Key::ticket(ticket), true).await? else { return Ok(None) };
        let row: Row = from_item("ticket", item)?;
        let identity = Identity { user_id: row.user_id, session_id: row.session_id };
        // DynamoDB's TTL may delete an item days after it expired.
        Ok((row.ends_at > self.clock.now()).then_some(identity))
    }
}
