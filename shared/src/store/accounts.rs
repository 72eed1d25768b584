//! Accounts and their credentials.

use std::collections::BTreeMap;

use aws_sdk_dynamodb::types::Put;
use futures::future::try_join;

use super::{
    Error, Item, Key, Store, back_off, from_item, to_item,
    transact::{Outcome, action},
};
use crate::{
    domain::{
        Account, Credential, EmailAddress, Listed, Name, PasswordHash, UserId, attempts::Attempts,
    },
    runtime::entropy,
};

/// Attempts to get a number in the directory while other registrations compete for it.
const ATTEMPTS: u32 = 40;

/// Attempts in which a registration only tries the next number. After that, it backs off and reads the newest number again.
const WALK: u32 = 3;

/// Another account has the address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EmailTaken;

/// The table's data about an address. For an unknown address, the store reads the same items.
#[derive(Debug, Clone)]
pub struct LoginRecord {
    /// The account's credential, if the address has an account.
    pub credential: Option<Credential>,
    /// The failed logins of the address.
    pub attempts: Attempts,
}

impl Store {
    /// Creates an account, claims its address and lists it in the directory under the next number, all in one transaction.
    ///
    /// # Errors
    /// [`Error`] if the table fails.
    pub async fn create_account(
        &self,
        name: &Name,
        email: &EmailAddress,
        hash: &PasswordHash,
    ) -> Result<Result<Account, EmailTaken>, Error> {
        let mut number = self.user_count().await? + 1;
        for attempt in 0..ATTEMPTS {
            // Each attempt reads the clock, so the directory's order is also the order of creation.
            let account = Account::new(name, email, self.clock.now(), entropy::number(), number);
            let outcome = self.try_create_account(&account, hash).await?;
            if outcome == Outcome::Done {
                return Ok(Ok(account));
            }
            if outcome.failed_at(0) {
                return Ok(Err(EmailTaken));
            }
            // Another registration took the number. The next one may be free.
            number += 1;
            if attempt >= WALK {
                back_off(attempt).await;
                number = self.user_count().await? + 1;
            }
        }
        Err(Error::Contended("the directory"))
    }

    async fn try_create_account(
        &self,
        account: &Account,
        hash: &PasswordHash,
    ) -> Result<Outcome, Error> {
        let credential = Credential { user_id: account.user_id, hash: hash.clone(), version: 1 };
        let email_key = Key::credential(&account.email);
        let claim = Put::builder()
            .set_item(Some(to_item("credential", &email_key, &credential)?))
            // I6: an address belongs to at most one account.
            .condition_expression("attribute_not_exists(pk)");
        let account_key = Key::account(account.user_id);
        let row = Put::builder()
            .set_item(Some(to_item("account", &account_key, account)?))
            // A new id never overwrites another account.
            .condition_expression("attribute_not_exists(pk)");
        let listed = Listed { user_id: account.user_id, name: account.name.clone() };
        let number_key = Key::directory(account.number);
        let number = Put::builder()
            .set_item(Some(to_item("user", &number_key, &listed)?))
            // A number is used once, so the directory has no gap.
            .condition_expression("attribute_not_exists(pk)");
        let mut actions =
            vec![action!(self, put, claim), action!(self, put, row), action!(self, put, number)];
        actions.extend(self.list_by_name(&listed)?);
        self.transact(actions).await
    }

    /// The credential of an address. A consistent read.
    ///
    /// # Errors
    /// [`Error`] if the table fails.
    pub async fn credential(&self, email: &EmailAddress) -> Result<Option<Credential>, Error> {
        let item = self.get(&Key::credential(email), true).await?;
        item.map(|item| from_item("credential", item)).transpose()
    }

    /// The credential and the failed logins of an address.
    ///
    /// # Errors
    /// [`Error`] if the table fails.
    pub async fn login_record(&self, email: &EmailAddress) -> Result<LoginRecord, Error> {
        let guard = Key::guard(email);
        let (credential, guard) = try_join(self.credential(email), self.get(&guard, true)).await?;
        Ok(LoginRecord {
            credential,
            attempts: guard.map(|item| from_item("guard", item)).transpose()?.unwrap_or_default(),
        })
    }

    /// An account. A consistent read.
    ///
    /// # Errors
    /// [`Error`] if the table fails.
    pub async fn account(&self, user_id: UserId) -> Result<Option<Account>, Error> {
        let item: Option<Item> = self.get(&Key::account(user_id), true).await?;
        item.map(|item| from_item("account", item)).transpose()
    }

    /// Returns the accounts that exist, for showing members and finding their sockets. May be slightly stale.
    ///
    /// # Errors
    /// [`Error`] if the table fails.
    pub async fn accounts(&self, user_ids: &[UserId]) -> Result<BTreeMap<UserId, Account>, Error> {
        let mut user_ids = user_ids.to_vec();
        user_ids.sort_unstable();
        user_ids.dedup();
        let keys: Vec<Key> = user_ids.into_iter().map(Key::account).collect();
        let items = self.batch_get_hints(&keys).await?;
        let accounts = items.into_values().map(|item| from_item::<Account>("account", item));
        accounts.map(|account| account.map(|account| (account.user_id, account))).collect()
    }
}
