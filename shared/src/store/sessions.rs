//! Sessions: begun by a login, seen by every request, ended with their sockets.

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

/// What became of a login.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Login {
    /// The session has begun. The sockets of sessions that had to end for it are to be closed.
    Begun(Ended),
    /// The password was changed meanwhile.
    CredentialChanged,
}

/// Rounds against other logins and sockets of the same account.
const ROUNDS: u32 = 8;

impl Store {
    /// Begins a session, if the credential is still the one that was checked. Where the account has
    /// [`limits::SESSIONS`] already, the oldest end. A hash made with weaker parameters is replaced.
    ///
    /// # Errors
    /// The table's.
    pub async fn begin_session(
        &self,
        email: &EmailAddress,
        credential: &Credential,
        session: &Session,
        rehashed: Option<&PasswordHash>,
    ) -> Result<Login, Error> {
        let mut ended = Ended::default();
        for _ in 0..ROUNDS {
            let outcome = self.try_begin_session(email, credential, session, rehashed).await?;
            if outcome == Outcome::Done {
                return Ok(Login::Begun(ended));
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
            // The list names ended sessions too; it is full, so look which of them still stand.
            let mut standing = self.sessions(credential.user_id).await?;
            standing.sort_by_key(|session| std::cmp::Reverse(session.id));
            let surplus: Vec<SessionId> =
                standing.iter().skip(limits::SESSIONS - 1).map(|session| session.id).collect();
            ended.join(self.end_sessions(credential.user_id, &surplus).await?);
            let kept = standing.iter().take(limits::SESSIONS - 1).map(|session| session.id);
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
            // I5: a login counts only if the password is still the one that was checked. And the
            // number of sessions stays within its limit under concurrent logins.
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
            // Another login that relisted first wins; this one looks again.
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

    /// A session that has not ended. Read with consistency: every right hangs on it (I5).
    ///
    /// # Errors
    /// The table's.
    pub async fn session(&self, whose: Identity) -> Result<Option<Session>, Error> {
        let key = Key::session(whose.user_id, whose.session_id);
        let Some(item) = self.get(&key, true).await? else { return Ok(None) };
        let session: Session = from_item("session", item)?;
        // TTL deletes days late.
        Ok((session.ends_at > self.clock.now()).then_some(session))
    }

    /// All sessions of a user that have not ended, oldest first.
    ///
    /// # Errors
    /// The table's.
    pub async fn sessions(&self, user_id: UserId) -> Result<Vec<Session>, Error> {
        let now = self.clock.now();
        let items = self.query_prefix(&Key::sessions(user_id)).await?;
        let sessions = items.into_iter().map(|item| from_item::<Session>("session", item));
        sessions.filter(|session| session.as_ref().map_or(true, |s| s.ends_at > now)).collect()
    }

    /// Ends sessions and takes their sockets' rights away, all at once; gives the sockets, to be closed.
    ///
    /// # Errors
    /// The table's.
    pub async fn end_sessions(
        &self,
        user_id: UserId,
        session_ids: &[SessionId],
    ) -> Result<Ended, Error> {
        let mut ended = Ended::default();
        // The account and its sockets take at most 1 + 20 actions, so chunks of this size fit.
        for chunk in session_ids.chunks(ACTIONS - 1 - limits::SOCKETS) {
            ended.join(self.end_sessions_at_once(user_id, chunk).await?);
        }
        Ok(ended)
    }

    async fn end_sessions_at_once(
        &self,
        user_id: UserId,
        session_ids: &[SessionId],
    ) -> Result<Ended, Error> {
        for round in 0..ROUNDS {
            if round > 0 {
                back_off(round).await;
                // A session that keeps opening sockets must not starve its own end: without its row it opens no more.
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

/// The sessions that a credential lists; some of them may have ended.
pub(super) fn sessions_of(credential: &Item) -> Vec<SessionId> {
    let listed = credential.get("sessions").and_then(|set| set.as_bs().ok());
    let ids = listed.into_iter().flatten().filter_map(|id| id.as_ref().try_into().ok());
    ids.map(SessionId::from_bytes).collect()
}

/// Sessions as the credential lists them: their bytes, so that fifty fit its first KB.
pub(super) fn listed(ids: impl IntoIterator<Item = SessionId>) -> AttributeValue {
    AttributeValue::Bs(ids.into_iter().map(|id| Blob::new(id.to_bytes())).collect())
}
