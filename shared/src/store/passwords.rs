//! Replaces passwords. The same transaction ends the sessions of the old password and the access of their sockets (I5).

use aws_sdk_dynamodb::types::{
    ConditionCheck, Delete, TransactWriteItem, Update, builders::UpdateBuilder,
};
use futures::future::try_join;

use super::{
    Ended, Error, Key, Store, back_off, from_item, number,
    sessions::{listed, sessions_of},
    to_value,
    transact::{Outcome, action},
};
use crate::domain::{
    Account, ConnectionId, Credential, Identity, Mail, PasswordHash, SessionId, reset::TokenDigest,
};

/// Attempts to replace a password while logins and sockets of the same account compete. An attacker with the old password may
/// log in continuously, so there are enough attempts for one of them to fall between two logins.
const ATTEMPTS: u32 = 32;

/// The proof that allows a new password.
#[derive(Debug, Clone, Copy)]
pub enum PasswordProof<'a> {
    /// The token of a reset link, which is used up. All sessions end.
    Token(&'a TokenDigest),
    /// A session whose user entered the old password. All other sessions end.
    Session(Identity),
}

/// The outcome of replacing a password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Replaced {
    /// The password was replaced. The caller must close the sockets of the sessions that ended.
    Done(Ended),
    /// The token was used, a newer token was requested, or the session has ended.
    InvalidProof,
    /// Another request changed the password in the meantime.
    CredentialChanged,
}

impl Store {
    /// Replaces the password of an account, if the credential still has this version.
    ///
    /// # Errors
    /// [`Error`] if the table fails.
    pub async fn replace_password(
        &self,
        account: &Account,
        version: u64,
        hash: &PasswordHash,
        proof: PasswordProof<'_>,
        notice: &Mail,
    ) -> Result<Replaced, Error> {
        let credential_key = Key::credential(&account.email);
        for attempt in 0..ATTEMPTS {
            if attempt > 0 {
                back_off(attempt).await;
            }
            let account = self.account(account.user_id);
            let (account, item) = try_join(account, self.get(&credential_key, true)).await?;
            let (Some(account), Some(item)) = (account, item) else {
                return Ok(Replaced::InvalidProof);
            };
            let listed_sessions = sessions_of(&item);
            if from_item::<Credential>("credential", item)?.version != version {
                return Ok(Replaced::CredentialChanged);
            }
            let kept = match proof {
                PasswordProof::Token(_) => None,
                PasswordProof::Session(identity) => Some(identity.session_id),
            };
            let ended: Vec<SessionId> =
                listed_sessions.iter().copied().filter(|id| Some(*id) != kept).collect();
            let sockets: Vec<(SessionId, ConnectionId)> = account
                .sockets
                .iter()
                .filter(|(_, socket)| Some(socket.session_id) != kept)
                .map(|(id, socket)| (socket.session_id, id.clone()))
                .collect();
            let mut actions = self.proof_actions(&account, proof)?;
            let proof_count = actions.len();
            let credential =
                self.new_credential(&account, version, hash, &listed_sessions, kept)?;
            actions.push(action!(self, update, credential));
            let (update, ended_of) = self.without_sockets(&account, sockets)?;
            actions.push(action!(self, update, update));
            let sessions = ended.iter().map(|id| Key::session(account.user_id, *id));
            let rows = ended_of.sockets.iter().map(|(_, id)| Key::connection(id));
            for key in sessions.chain(rows) {
                let delete = Delete::builder().set_key(Some(key.item()));
                actions.push(action!(self, delete, delete));
            }
            actions.push(self.promise(notice)?);
            let outcome = self.transact(actions).await?;
            if outcome == Outcome::Done {
                return Ok(Replaced::Done(ended_of));
            }
            if (0..proof_count).any(|index| outcome.failed_at(index)) {
                return Ok(Replaced::InvalidProof);
            }
        }
        Err(Error::Contended("a new password"))
    }

    fn new_credential(
        &self,
        account: &Account,
        version: u64,
        hash: &PasswordHash,
        listed_sessions: &[SessionId],
        kept: Option<SessionId>,
    ) -> Result<UpdateBuilder, Error> {
        let update = Update::builder()
            .set_key(Some(Key::credential(&account.email).item()))
            .expression_attribute_names("#hash", "hash")
            .expression_attribute_values(":hash", to_value("credential", hash)?)
            .expression_attribute_values(":version", number(version))
            .expression_attribute_values(":next", number(version + 1));
        const SET: &str = "SET #hash = :hash, version = :next";
        let update = match kept {
            Some(kept) => update
                .update_expression(format!("{SET}, sessions = :kept"))
                .expression_attribute_values(":kept", listed([kept])),
            None => update.update_expression(format!("{SET} REMOVE sessions")),
        };
        // I5: a session that begins in the meantime does not outlive its password. Of two concurrent changes, one succeeds.
        Ok(match listed_sessions.is_empty() {
            true => {
                update.condition_expression("version = :version AND attribute_not_exists(sessions)")
            }
            false => update
                .condition_expression("version = :version AND sessions = :seen")
                .expression_attribute_values(":seen", listed(listed_sessions.iter().copied())),
        })
    }

    /// The actions that check the proof and use it up.
    fn proof_actions(
        &self,
        account: &Account,
        proof: PasswordProof<'_>,
    ) -> Result<Vec<TransactWriteItem>, Error> {
        match proof {
            PasswordProof::Session(identity) => {
                let check = ConditionCheck::builder()
                    .set_key(Some(Key::session(identity.user_id, identity.session_id).item()))
                    // I5: a session that has ended changes nothing.
                    .condition_expression("attribute_exists(pk)");
                Ok(vec![action!(self, condition_check, check)])
            }
            PasswordProof::Token(token) => {
                let spend = Delete::builder()
                    .set_key(Some(Key::reset(token).item()))
                    // I7: a token works once, even for concurrent requests.
                    .condition_expression("attribute_exists(pk)");
                let newest = Update::builder()
                    .set_key(Some(Key::reset_window(&account.email).item()))
                    .update_expression("REMOVE newest")
                    // I7: a newer token invalidates this one.
                    .condition_expression("newest = :token")
                    .expression_attribute_values(":token", super::text(token.as_str()));
                // The owner of the address must not wait because of a stranger's failed logins.
                let guard = Delete::builder().set_key(Some(Key::guard(&account.email).item()));
                Ok(vec![
                    action!(self, delete, spend),
                    action!(self, update, newest),
                    action!(self, delete, guard),
                ])
            }
        }
    }
}
