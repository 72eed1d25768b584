//! Reset links: what was asked for an address, and what a token is good for.

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

/// What is kept under an address: the same is read for known and unknown ones.
#[derive(Debug, Clone)]
pub struct ResetRecord {
    /// How its account is proven, if there is one.
    pub credential: Option<Credential>,
    /// What was asked for it lately.
    pub asked: ResetWindow,
}

impl Store {
    /// The credential of an address, and what was asked for it lately.
    ///
    /// # Errors
    /// The table's.
    pub async fn resettable(&self, email: &EmailAddress) -> Result<ResetRecord, Error> {
        let asked = Key::asked(email);
        let (credential, asked) = try_join(self.credential(email), self.get(&asked, true)).await?;
        Ok(ResetRecord {
            credential,
            asked: asked.map(|item| from_item("asked", item)).transpose()?.unwrap_or_default(),
        })
    }

    /// Keeps a new token, voids older ones of the address and promises the mail; false where another request was faster.
    ///
    /// # Errors
    /// The table's.
    pub async fn create_reset(
        &self,
        email: &EmailAddress,
        (seen, asked): (&ResetWindow, &ResetWindow),
        (token, reset): (&TokenDigest, &Reset),
        mail: &Mail,
    ) -> Result<bool, Error> {
        let mut item = to_item("asked", &Key::asked(email), asked)?;
        item.insert("expires_at".to_owned(), number(asked.forgotten_at().as_secs()));
        let asked = Put::builder()
            .set_item(Some(item))
            // No more mails than the limit, however many ask at once; and one newest token.
            .condition_expression(
                "attribute_not_exists(pk) OR (mails = :mails AND ends_at_ms = :ends)",
            )
            .expression_attribute_values(":mails", number(seen.mails.into()))
            .expression_attribute_values(":ends", number(seen.ends_at_ms));
        let mut item = to_item("reset", &Key::reset(token), reset)?;
        item.insert("expires_at".to_owned(), number(reset.ends_at.as_secs()));
        let row = Put::builder().set_item(Some(item));
        let actions = vec![action!(self, put, asked), action!(self, put, row), self.promise(mail)?];
        Ok(self.transact(actions).await? == Outcome::Done)
    }

    /// What a token is good for, if it was not used and has not expired. Does not use it up.
    ///
    /// # Errors
    /// The table's.
    pub async fn reset(&self, token: &TokenDigest) -> Result<Option<Reset>, Error> {
        let Some(item) = self.get(&Key::reset(token), true).await? else { return Ok(None) };
        let reset: Reset = from_item("reset", item)?;
        // TTL deletes days late.
        Ok(Some(reset).filter(|reset| reset.ends_at > self.clock.now()))
    }
}
