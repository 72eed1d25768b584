//! The directory: finds users by number, and by prefixes of the words in their names.
//!
//! Reading a page costs only the users on it, however many users exist. Reads may be slightly stale.

use std::collections::BTreeMap;

use aws_sdk_dynamodb::types::{ConditionCheck, Delete, Put, TransactWriteItem, Update};
use futures::future::try_join;

use super::{
    Error, Item, Key, Store, back_off, from_item, text, to_item,
    transact::{ACTIONS, Outcome, action},
};
use crate::domain::{
    Account, Listed, Name, UserId,
    directory::{Folded, Place, Search},
    page::Page,
};

/// The largest number that fits into a key.
const MAX_NUMBER: u64 = 999_999_999_999;

/// As a suffix, sorts directly after a place, and before every longer text. Alone, it sorts before every place.
const FIRST: &str = "\u{1}";
/// Sorts after every place.
const LAST: &str = "\u{10ffff}";

/// Attempts to rename an account while other requests rename it too.
const ATTEMPTS: u32 = 40;

impl Store {
    /// The number of users. It is the newest number, because the numbers have no gap.
    ///
    /// # Errors
    /// [`Error`] if the table fails.
    pub async fn user_count(&self) -> Result<u64, Error> {
        self.newest_number(true).await
    }

    /// The users of a page, in the order of registration, and the total number of users.
    ///
    /// # Errors
    /// [`Error`] if the table fails.
    pub async fn users_on_page(&self, page: Page) -> Result<(Vec<Listed>, u64), Error> {
        let (first, last) = page.numbers();
        let listed = async {
            if first > MAX_NUMBER {
                return Ok(Vec::new());
            }
            let bounds = (Key::directory(first), Key::directory(last.min(MAX_NUMBER)));
            let output =
                self.query_between(&bounds.0, &bounds.1, true, last - first + 1, false).await?;
            read(output.items)
        };
        try_join(listed, self.newest_number(false)).await
    }

    async fn newest_number(&self, consistent: bool) -> Result<u64, Error> {
        let bounds = (Key::directory(0), Key::directory(MAX_NUMBER));
        let output = self.query_between(&bounds.0, &bounds.1, false, 1, consistent).await?;
        let newest = output.items.unwrap_or_default().pop();
        let number = newest.and_then(|item| Key::of(&item)?.sk.parse().ok());
        Ok(number.unwrap_or(0))
    }

    /// Finds users by the beginning of their name or of any word in it, ordered by name. Returns one user more than the limit
    /// if there are more.
    ///
    /// # Errors
    /// [`Error`] if the table fails.
    pub async fn search(&self, search: &Search) -> Result<Vec<Listed>, Error> {
        let by_name = async {
            let begin = search.text.as_str();
            let first = match &search.after {
                Some(place) if place.as_str() > begin => after(place),
                _ => begin.to_owned(),
            };
            let (first, last) = (
                Key::name(&search.text, &first),
                Key::name(&search.text, &format!("{begin}{LAST}")),
            );
            self.listed_between(&first, &last, search.limit).await
        };
        let by_word = async {
            if !search.text.is_word() {
                return Ok(Vec::new());
            }
            let first = search.after.as_ref().map_or_else(|| FIRST.to_owned(), after);
            let prefix = search.text.as_str();
            let (first, last) = (Key::word(prefix, &first), Key::word(prefix, LAST));
            self.listed_between(&first, &last, search.limit).await
        };
        let (by_name, by_word) = try_join(by_name, by_word).await?;
        // A user may match by the whole name and by another word in it. Both results have the same place.
        let merged: BTreeMap<Place, Listed> =
            by_name.into_iter().chain(by_word).map(|listed| (listed.place(), listed)).collect();
        Ok(merged.into_values().take(search.limit + 1).collect())
    }

    async fn listed_between(
        &self,
        first: &Key,
        last: &Key,
        limit: usize,
    ) -> Result<Vec<Listed>, Error> {
        // DynamoDB rejects bounds in the wrong order.
        if first.sk > last.sk {
            return Ok(Vec::new());
        }
        let output = self.query_between(first, last, true, limit as u64 + 1, false).await?;
        read(output.items)
    }

    /// Renames an account, also in the directory. Returns the renamed account, or `None` if it does not exist.
    ///
    /// # Errors
    /// [`Error`] if the table fails. The name may have changed nevertheless, so it is safe to retry.
    pub async fn rename(&self, user_id: UserId, name: &Name) -> Result<Option<Account>, Error> {
        for attempt in 0..ATTEMPTS {
            if attempt > 0 {
                back_off(attempt).await;
            }
            let Some(mut account) = self.account(user_id).await? else { return Ok(None) };
            if self.try_rename(&account, name).await? {
                account.name = name.clone();
                return Ok(Some(account));
            }
        }
        Err(Error::Contended("the name of an account"))
    }

    /// Renames an account if it still has the name that was read. Returns false if it does not.
    async fn try_rename(&self, account: &Account, name: &Name) -> Result<bool, Error> {
        let listed = Listed { user_id: account.user_id, name: name.clone() };
        let account_row = Update::builder()
            .set_key(Some(Key::account(account.user_id).item()))
            .update_expression("SET #name = :name")
            // Of two concurrent renames, one fails here. Its next attempt removes the keys of the name that the other one wrote.
            .condition_expression("#name = :seen")
            .expression_attribute_names("#name", "name")
            .expression_attribute_values(":name", text(name.as_str()))
            .expression_attribute_values(":seen", text(account.name.as_str()));
        let number = Put::builder().set_item(Some(to_item(
            "user",
            &Key::directory(account.number),
            &listed,
        )?));
        let mut actions = vec![action!(self, update, account_row), action!(self, put, number)];

        let (old, new) = (Listed { user_id: account.user_id, name: account.name.clone() }, &listed);
        let new_keys = name_keys(new);
        for key in name_keys(&old).iter().filter(|key| !new_keys.contains(key)) {
            let delete = Delete::builder().set_key(Some(key.item()));
            actions.push(action!(self, delete, delete));
        }
        let mut puts = self.list_by_name(new)?;
        // Two names with very many words do not fit into one transaction. After a crash between the two transactions, fewer
        // prefixes find the user until the next rename.
        let rest = puts.split_off(puts.len().min(ACTIONS - actions.len()));
        actions.extend(puts);
        if self.transact(actions).await? != Outcome::Done {
            return Ok(false);
        }
        if !rest.is_empty() {
            self.list_rest(account.user_id, name, rest).await?;
        }
        Ok(true)
    }

    async fn list_rest(
        &self,
        user_id: UserId,
        name: &Name,
        mut rest: Vec<TransactWriteItem>,
    ) -> Result<(), Error> {
        let unchanged = ConditionCheck::builder()
            .set_key(Some(Key::account(user_id).item()))
            // A name that the user has given up in the meantime must not find them.
            .condition_expression("#name = :name")
            .expression_attribute_names("#name", "name")
            .expression_attribute_values(":name", text(name.as_str()));
        rest.push(action!(self, condition_check, unchanged));
        self.transact(rest).await.map(drop)
    }

    /// The writes that list a user by their name and by the words in it.
    pub(super) fn list_by_name(&self, listed: &Listed) -> Result<Vec<TransactWriteItem>, Error> {
        let put = |key: &Key| -> Result<TransactWriteItem, Error> {
            let put = Put::builder().set_item(Some(to_item("user", key, listed)?));
            Ok(action!(self, put, put))
        };
        name_keys(listed).iter().map(put).collect()
    }
}

/// The keys that list a user: one for the whole name, and one for each prefix of each further word.
fn name_keys(listed: &Listed) -> Vec<Key> {
    let (name, place) = (Folded::of(listed.name.as_str()), listed.place());
    let by_word = name.prefixes().into_iter().map(|prefix| Key::word(prefix, place.as_str()));
    std::iter::once(Key::name(&name, place.as_str())).chain(by_word).collect()
}

/// The smallest text that sorts after a place.
fn after(place: &Place) -> String {
    format!("{}{FIRST}", place.as_str())
}

fn read(items: Option<Vec<Item>>) -> Result<Vec<Listed>, Error> {
    items.unwrap_or_default().into_iter().map(|item| from_item("user", item)).collect()
}
