//! The outbox: emails that were promised and not sent yet (I10).
//!
//! The transaction that promises an email also writes it. The email is deleted after SES accepted it.

use std::time::Duration;

use aws_sdk_dynamodb::types::{Put, TransactWriteItem};

use super::{Error, Key, Store, from_item, number, to_item, transact::action};
use crate::domain::{Mail, MailId, Timestamp, limits};

/// The outbox has one partition for each hour. An email is in the partition of the hour in which it was promised.
const HOUR: Duration = Duration::from_secs(60 * 60);

impl Store {
    /// The write that promises an email.
    pub(super) fn promise(&self, mail: &Mail) -> Result<TransactWriteItem, Error> {
        let mut item = to_item("mail", &Key::mail(mail.id), mail)?;
        let expires_at = mail.id.created_at() + limits::internal::MAIL_RETENTION;
        item.insert("expires_at".to_owned(), number(expires_at.as_secs()));
        let put = Put::builder().set_item(Some(item));
        Ok(action!(self, put, put))
    }

    /// An email, if it was not sent yet. A consistent read.
    ///
    /// # Errors
    /// [`Error`] if the table fails.
    pub async fn mail(&self, id: MailId) -> Result<Option<Mail>, Error> {
        let item = self.get(&Key::mail(id), true).await?;
        item.map(|item| from_item("mail", item)).transpose()
    }

    /// Deletes an email from the outbox after it was sent.
    ///
    /// # Errors
    /// [`Error`] if the table fails.
    pub async fn delete_mail(&self, id: MailId) -> Result<(), Error> {
        self.delete(&Key::mail(id)).await
    }

    /// The unsent emails of the hours from `until - past` to `until`, oldest first.
    ///
    /// # Errors
    /// [`Error`] if the table fails.
    pub async fn unsent_mails(&self, past: Duration, until: Timestamp) -> Result<Vec<Mail>, Error> {
        let mut mails = Vec::new();
        let mut hour = until - past;
        loop {
            for item in self.query_prefix(&Key::mails(hour.min(until))).await? {
                match from_item::<Mail>("mail", item) {
                    Ok(mail) => mails.push(mail),
                    // An email that this version cannot read must not block the others.
                    Err(error) => tracing::error!(error.message = %error, "cannot read an email"),
                }
            }
            if hour >= until {
                break;
            }
            hour = hour + HOUR;
        }
        mails.retain(|mail| mail.id.created_at() <= until);
        Ok(mails)
    }
}
