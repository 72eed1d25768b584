//! Reset links: the requests for an address, and the tokens of the links.

use aws_sdk_dynamodb::types::Put;
use futures::future::try_join;

use super::{
    Error, Key, Store, from_item, number, to_item,
    transact::{Outcome, action},
};
use crate::domain::{
    Credential, EmailAddress, Mail,
    reset::{Reset, ResetWindow, TokenDigest},
};

/// The table's data about an address. For an unknown address, the store reads the same items.
#[derive(Debug, Clone)]
pub struct ResetRecord {
    /// The account's credential, if the address has an account.
    pub credential: Option<Credential>,
    /// The recent reset requests for the address.
    pub window: ResetWindow,
}

impl Store {
    /// The credential of an address, and the recent reset requests for it.
    ///
    /// # Errors
    /// [`Error`] if the table fails.
    pub async fn reset_record(&self, email: &EmailAddress) -> Result<ResetRecord, Error> {
        let key = Key::reset_window(email);
        let (credential, item) = try_join(self.credential(email), self.get(&key, true)).await?;
        Ok(ResetRecord {
            credential,
            window: item
                .map(|item| from_item("reset window", item))
                .transpose()?
                .unwrap_or_default(),
        })
    }

    /// Stores a new token, invalidates older tokens of the address and promises the email. Returns false if another request was
    /// faster.
    ///
    /// # Errors
    /// [`Error`] if the table fails.
    pub async fn create_reset(
        &self,
        email: &EmailAddress,
        (seen, window): (&ResetWindow, &ResetWindow),
        (token, reset): (&TokenDigest, &Reset),
        mail: &Mail,
    ) -> Result<bool, Error> {
        let mut item = to_item("reset window", &Key::reset_window(email), window)?;
        item.insert("expires_at".to_owned(), number(window.expires_at().as_secs()));
        let window = Put::builder()
            .set_item(Some(item))
            // I7: an address has one newest token. Concurrent requests also send no more emails than the limit.
            .condition_expression(
                "attribute_not_exists(pk) OR (mails = :mails AND ends_at_ms = :ends)",
            )
            .expression_attribute_values(":mails", number(seen.mails.into()))
            .expression_attribute_values(":ends", number(seen.ends_at_ms));
        let mut item = to_item("reset", &Key::reset(token), reset)?;
        item.insert("expires_at".to_owned(), number(reset.ends_at.as_secs()));
        let row = Put::builder().set_item(Some(item));
        let actions =
            vec![action!(self, put, window), action!(self, put, row), self.promise(mail)?];
        Ok(self.transact(actions).await? == Outcome::Done)
    }

    /// The reset that a token allows, if it was not used and has not expired. Does not use up the token.
    ///
    /// # Errors
    /// [`Error`] if the table fails.
    pub async fn reset(&self, token: &TokenDigest) -> Result<Option<Reset>, Error> {
        let Some(item) = self.get(&Key::reset(token), true).await? else { return Ok(None) };
        let reset: Reset = from_item("reset", item)?;
        // DynamoDB's TTL may delete an item days after it expired.
        Ok(Some(reset).filter(|reset| reset.ends_at > self.clock.now()))
    }
}
