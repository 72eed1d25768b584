//! Sessions: a login begins one, every request checks it, and its sockets end with it.

use std::collections::BTreeSet;

use aws_sdk_dynamodb::{
    primitives::Blob,
    types::{AttributeValue, Delete, Put, Update},
};

use super::{
    Ended, Error, Item, Key, Store, back_off, from_item, number, to_item,
    transact::{ACTIONS, Outcome, action},
    update_if,
};
use crate::domain::{
    ConnectionId, Credential, EmailAddress, Identity, PasswordHash, Session, SessionId, UserId,
    limits,
};

/// The outcome of a login.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Login {
    /// The session has begun. The caller must close the sockets of the older sessions that ended because of the limit.
    Started(Ended),
    /// Another request changed the password in the meantime.
    CredentialChanged,
}

/// Attempts while other logins and sockets of the same account compete.
const ATTEMPTS: u32 = 8;

impl Store {
    /// Begins a session, if the credential is still the one that was checked.
    ///
    /// If the account already has [`limits::SESSIONS`] sessions, the oldest ones end. `rehashed` replaces a hash with weaker
    /// parameters.
    ///
    /// # Errors
    /// [`Error`] if the table fails.
    pub async fn begin_session(
        &self,
        email: &EmailAddress,
        credential: &Credential,
        session: &Session,
        rehashed: Option<&PasswordHash>,
    ) -> Result<Login, Error> {
        let mut ended = Ended::default();
        for _ in 0..ATTEMPTS {
            let outcome = self.try_begin_session(email, credential, session, rehashed).await?;
            if outcome == Outcome::Done {
                return Ok(Login::Started(ended));
            }
            let Some(item) = self.get(&Key::credential(email), true).await? else {
                return Ok(Login::CredentialChanged);
            };
            let listed = item.get("sessions").and_then(|set| set.as_bs().ok()).cloned();
            if from_item::<Credential>("credential", item)?.version != credential.version {
                return Ok(Login::CredentialChanged);
            }
            // Another login has just made room.
            let Some(listed) = listed else { continue };
            // The list is full, but it may name sessions that have ended. Read which of them still exist.
            let mut current = self.sessions(credential.user_id).await?;
            current.sort_by_key(|session| std::cmp::Reverse(session.id));
            let surplus: Vec<SessionId> =
                current.iter().skip(limits::SESSIONS - 1).map(|session| session.id).collect();
            ended.join(self.end_sessions(credential.user_id, &surplus).await?);
            let kept = current.iter().take(limits::SESSIONS - 1).map(|session| session.id);
            self.relist_sessions(email, &listed, kept.collect()).await?;
        }
        Err(Error::Contended("a login"))
    }

    async fn try_begin_session(
        &self,
        email: &EmailAddress,
        credential: &Credential,
        session: &Session,
        rehashed: Option<&PasswordHash>,
    ) -> Result<Outcome, Error> {
        let set_hash = if rehashed.is_some() { " SET #hash = :hash" } else { "" };
        let mut list = Update::builder()
            .set_key(Some(Key::credential(email).item()))
            .update_expression(format!("ADD sessions :ids{set_hash}"))
            // I5: a login succeeds only if the password is still the one that was checked. The number of
            // sessions also stays within its limit under concurrent logins.
            .condition_expression(
                "version = :version AND (attribute_not_exists(sessions) OR size(sessions) < :most)",
            )
            .expression_attribute_values(":ids", listed([session.id]))
            .expression_attribute_values(":version", number(credential.version))
            .expression_attribute_values(":most", number(limits::SESSIONS as u64));
        if let Some(hash) = rehashed {
            list = list
                .expression_attribute_names("#hash", "hash")
                .expression_attribute_values(":hash", super::to_value("credential", hash)?);
        }
        let mut item = to_item("session", &Key::session(credential.user_id, session.id), session)?;
        item.insert("expires_at".to_owned(), number(session.ends_at.as_secs()));
        let put = Put::builder().set_item(Some(item));
        self.transact(vec![action!(self, update, list), action!(self, put, put)]).await
    }

    async fn relist_sessions(
        &self,
        email: &EmailAddress,
        seen: &[Blob],
        kept: BTreeSet<SessionId>,
    ) -> Result<(), Error> {
        let seen = AttributeValue::Bs(seen.to_vec());
        let update = self
            .update(&Key::credential(email))
            // If another login rewrote the list first, this one reads it again.
            .condition_expression("sessions = :seen")
            .expression_attribute_values(":seen", seen);
        let update = if kept.is_empty() {
            update.update_expression("REMOVE sessions")
        } else {
            update
                .update_expression("SET sessions = :kept")
                .expression_attribute_values(":kept", listed(kept))
        };
        update_if(update).await.map(|_| ())
    }

    /// A session, if it has not ended. A consistent read, because all access depends on it (I5).
    ///
    /// # Errors
    /// [`Error`] if the table fails.
    pub async fn session(&self, identity: Identity) -> Result<Option<Session>, Error> {
        let key = Key::session(identity.user_id, identity.session_id);
        let Some(item) = self.get(&key, true).await? else { return Ok(None) };
        let session: Session = from_item("session", item)?;
        // DynamoDB's TTL may delete an item days after it expired.
        Ok((session.ends_at > self.clock.now()).then_some(session))
    }

    /// All sessions of a user that have not ended, oldest first.
    ///
    /// # Errors
    /// [`Error`] if the table fails.
    pub async fn sessions(&self, user_id: UserId) -> Result<Vec<Session>, Error> {
        let now = self.clock.now();
        let items = self.query_prefix(&Key::sessions(user_id)).await?;
        let sessions = items.into_iter().map(|item| from_item::<Session>("session", item));
        sessions.filter(|session| session.as_ref().map_or(true, |s| s.ends_at > now)).collect()
    }

    /// Ends sessions and removes the access of their sockets. Returns the sockets, which the caller must close.
    ///
    /// # Errors
    /// [`Error`] if the table fails.
    pub async fn end_sessions(
        &self,
        user_id: UserId,
        session_ids: &[SessionId],
    ) -> Result<Ended, Error> {
        let mut ended = Ended::default();
        // The account and its sockets need at most 1 + 20 actions, so a chunk of this size fits into one transaction.
        for chunk in session_ids.chunks(ACTIONS - 1 - limits::SOCKETS) {
            ended.join(self.end_chunk(user_id, chunk).await?);
        }
        Ok(ended)
    }

    /// Ends sessions and the access of their sockets in one transaction.
    async fn end_chunk(&self, user_id: UserId, session_ids: &[SessionId]) -> Result<Ended, Error> {
        for attempt in 0..ATTEMPTS {
            if attempt > 0 {
                back_off(attempt).await;
                // A session that keeps opening sockets must not delay its own end. Without its row it cannot open more.
                for session_id in session_ids {
                    self.delete(&Key::session(user_id, *session_id)).await?;
                }
            }
            let Some(account) = self.account(user_id).await? else { return Ok(Ended::default()) };
            let sockets: Vec<(SessionId, ConnectionId)> = account
                .sockets
                .iter()
                .filter(|(_, socket)| session_ids.contains(&socket.session_id))
                .map(|(connection_id, socket)| (socket.session_id, connection_id.clone()))
                .collect();
            let mut actions = Vec::with_capacity(1 + session_ids.len() + sockets.len());
            let (update, ended) = self.without_sockets(&account, sockets)?;
            actions.push(action!(self, update, update));
            let sessions = session_ids.iter().map(|id| Key::session(user_id, *id));
            let rows = ended.sockets.iter().map(|(_, id)| Key::connection(id));
            for key in sessions.chain(rows) {
                let delete = Delete::builder().set_key(Some(key.item()));
                actions.push(action!(self, delete, delete));
            }
            if self.transact(actions).await? == Outcome::Done {
                return Ok(ended);
            }
        }
        Err(Error::Contended("the sockets of an account"))
    }
}

/// The sessions that a credential lists. Some of them may have ended.
pub(super) fn sessions_of(credential: &Item) -> Vec<SessionId> {
    let listed = credential.get("sessions").and_then(|set| set.as_bs().ok());
    let ids = listed.into_iter().flatten().filter_map(|id| id.as_ref().try_into().ok());
    ids.map(SessionId::from_bytes).collect()
}

/// The list of sessions in a credential: their bytes, so that 50 sessions fit into its first KB.
pub(super) fn listed(ids: impl IntoIterator<Item = SessionId>) -> AttributeValue {
    AttributeValue::Bs(ids.into_iter().map(|id| Blob::new(id.to_bytes())).collect())
}
