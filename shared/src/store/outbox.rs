//! The outbox: mails that were promised and not sent yet. A mail is written in the transaction of what promises it, and
//! taken out once SES has it; so what stands here is still to be sent (I10).

use std::time::Duration;

use aws_sdk_dynamodb::types::{Put, TransactWriteItem};

use super::{Error, Key, Store, from_item, number, to_item, transact::action};
use crate::domain::{Mail, MailId, Timestamp, limits};

/// The partitions of the outbox: a mail is in that of the hour in which it was promised.
const HOUR: Duration = Duration::from_secs(60 * 60);

impl Store {
    /// What promises a mail.
    pub(super) fn promise(&self, mail: &Mail) -> Result<TransactWriteItem, Error> {
        let mut item = to_item("mail", &Key::mail(mail.id), mail)?;
        let forgotten_at = mail.id.created_at() + limits::internal::MAIL_MEMORY;
        item.insert("expires_at".to_owned(), number(forgotten_at.as_secs()));
        let put = Put::builder().set_item(Some(item));
        Ok(action!(self, put, put))
    }

    /// A mail, if it was not sent yet. Read with consistency.
    ///
    /// # Errors
    /// The table's.
    pub async fn mail(&self, id: MailId) -> Result<Option<Mail>, Error> {
        let item = self.get(&Key::mail(id), true).await?;
        item.map(|item| from_item("mail", item)).transpose()
    }

    /// Takes a mail out of the outbox: it was sent.
    ///
    /// # Errors
    /// The table's.
    pub async fn delete_mail(&self, id: MailId) -> Result<(), Error> {
        self.delete(&Key::mail(id)).await
    }

    /// The mails that were promised within so long before an instant and not sent, oldest first.
    ///
    /// # Errors
    /// The table's.
    pub async fn mails_of(&self, past: Duration, until: Timestamp) -> Result<Vec<Mail>, Error> {
        let mut mails = Vec::new();
        let mut hour = until - past;
        loop {
            for item in self.query_prefix(&Key::mails(hour.min(until))).await? {
                match from_item::<Mail>("mail", item) {
                    Ok(mail) => mails.push(mail),
                    // One that this version cannot read holds up no other.
                    Err(error) => tracing::error!(error.message = %error, "a mail cannot be read"),
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
