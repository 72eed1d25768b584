//! New passwords. With the old one go the sessions that it began and the rights of their sockets, all at once (I5).

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

/// Rounds against logins and sockets of the same account. Whoever knows the old password may log in as often as they can
/// while it is replaced: of so many rounds one falls between two logins.
const ROUNDS: u32 = 32;

/// What allows a new password.
#[derive(Debug, Clone, Copy)]
pub enum PasswordProof<'a> {
    /// A token of a reset link, which is spent. All sessions end.
    Token(&'a TokenDigest),
    /// A session that knew the old password. All others end.
    Session(Identity),
}

/// What became of a new password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Replaced {
    /// It holds. The sockets of the sessions that ended are to be closed.
    Done(Ended),
    /// The token was used meanwhile or a newer one asked for, or the session has ended.
    NotProven,
    /// The password was changed meanwhile.
    CredentialChanged,
}

impl Store {
    /// Replaces the password of an account, if the credential still is of the version that was seen.
    ///
    /// # Errors
    /// The table's.
    pub async fn replace_password(
        &self,
        account: &Account,
        version: u64,
        hash: &PasswordHash,
        warrant: PasswordProof<'_>,
        notice: &Mail,
    ) -> Result<Replaced, Error> {
        let credential_key = Key::credential(&account.email);
        for round in 0..ROUNDS {
            if round > 0 {
                back_off(round).await;
            }
            let account = self.account(account.user_id);
            let (account, item) = try_join(account, self.get(&credential_key, true)).await?;
            let (Some(account), Some(item)) = (account, item) else {
                return Ok(Replaced::NotProven);
            };
            let standing = sessions_of(&item);
            if from_item::<Credential>("credential", item)?.version != version {
                return Ok(Replaced::CredentialChanged);
            }
            let kept = match warrant {
                PasswordProof::Token(_) => None,
                PasswordProof::Session(whose) => Some(whose.session_id),
            };
            let ended: Vec<SessionId> =
                standing.iter().copied().filter(|id| Some(*id) != kept).collect();
            let sockets: Vec<(SessionId, ConnectionId)> = account
                .sockets
                .iter()
                .filter(|(_, socket)| Some(socket.session_id) != kept)
                .map(|(id, socket)| (socket.session_id, id.clone()))
                .collect();
            let mut actions = self.warranted(&account, warrant)?;
            let warrants = actions.len();
            let credential = self.new_credential(&account, version, hash, &standing, kept)?;
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
            if (0..warrants).any(|place| outcome.failed_at(place)) {
                return Ok(Replaced::NotProven);
            }
        }
        Err(Error::Contended("a new password"))
    }

    fn new_credential(
        &self,
        account: &Account,
        version: u64,
        hash: &PasswordHash,
        standing: &[SessionId],
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
        // I5: no session that began meanwhile outlives the password it began with; and of two new passwords one holds.
        Ok(match standing.is_empty() {
            true => {
                update.condition_expression("version = :version AND attribute_not_exists(sessions)")
            }
            false => update
                .condition_expression("version = :version AND sessions = :seen")
                .expression_attribute_values(":seen", listed(standing.iter().copied())),
        })
    }

    /// What has to hold for a new password, and is used up by it.
    fn warranted(
        &self,
        account: &Account,
        warrant: PasswordProof<'_>,
    ) -> Result<Vec<TransactWriteItem>, Error> {
        match warrant {
            PasswordProof::Session(whose) => {
                let check = ConditionCheck::builder()
                    .set_key(Some(Key::session(whose.user_id, whose.session_id).item()))
                    // I5: a session that ended meanwhile changes nothing.
                    .condition_expression("attribute_exists(pk)");
                Ok(vec![action!(self, condition_check, check)])
            }
            PasswordProof::Token(token) => {
                let spend = Delete::builder()
                    .set_key(Some(Key::reset(token).item()))
                    // I7: of all who show a token at once, one resets.
                    .condition_expression("attribute_exists(pk)");
                let newest = Update::builder()
                    .set_key(Some(Key::asked(&account.email).item()))
                    .update_expression("REMOVE newest")
                    // I7: a newer token voids this one.
                    .condition_expression("newest = :token")
                    .expression_attribute_values(":token", super::text(token.as_str()));
                // Whoever reads the account's mail need not wait for a stranger's failed logins.
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
