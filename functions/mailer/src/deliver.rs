//! Sends one email from the outbox, and deletes it there.

use shared::{
    domain::{MailId, mail::About},
    secrets, store,
};

use crate::{State, letter, ses};

/// Why an email stays in the outbox. A later attempt may send it.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    /// The table failed.
    #[error(transparent)]
    Store(#[from] store::Error),
    /// The key of the email's token could not be read.
    #[error(transparent)]
    Secret(#[from] secrets::Error),
    /// SES is busy, failed, or did not respond.
    #[error("SES: {0}")]
    Busy(String),
}

/// Sends an email, if it is still in the outbox. An email that SES rejects stays there for the sweep, because the reason may be a
/// temporary fault of the deployment.
pub(crate) async fn deliver(state: &State, id: MailId) -> Result<(), Error> {
    let Some(mail) = state.store.mail(id).await? else { return Ok(()) };
    let about = match &mail.about {
        About::Reset { .. } => "reset",
        About::PasswordChanged { .. } => "password_changed",
    };
    // A reset request for an unknown address (I8): it has no account, so nothing is sent.
    let Some(account) = state.store.account(mail.user_id).await? else {
        return Ok(state.store.delete_mail(id).await?);
    };

    let Some(to) = account.email.deliverable() else {
        tracing::error!(mail.id = %id, mail.about = about, "SES cannot send to the address of an account");
        return Ok(state.store.delete_mail(id).await?);
    };
    let letter = letter::write(&mail.about, state).await?;
    match state.sender.send(&to, letter).await {
        Ok(()) => {}
        Err(ses::Error::Busy(code)) => return Err(Error::Busy(code)),
        Err(ses::Error::Refused(code)) => {
            tracing::error!(mail.id = %id, mail.about = about, error.code = code, "SES rejected an email");
            return Ok(());
        }
    }

    state.store.delete_mail(id).await?;
    tracing::info!(mail.id = %id, mail.about = about, "sent");
    Ok(())
}
