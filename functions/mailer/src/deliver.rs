//! One mail: from the outbox to SES, and out of the outbox.

use shared::{
    domain::{MailId, mail::About},
    secrets, store,
};

use crate::{State, letter, ses};

/// Why a mail still stands in the outbox, and may be sent later.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    /// The table did not answer.
    #[error(transparent)]
    Store(#[from] store::Error),
    /// The key of its token could not be read.
    #[error(transparent)]
    Secret(#[from] secrets::Error),
    /// SES had no time.
    #[error("SES: {0}")]
    Busy(String),
}

/// Sends a mail, if it is still to be sent. One that SES will not take stays for the sweep: the reason may be the
/// deployment's, and pass.
pub(crate) async fn deliver(state: &State, id: MailId) -> Result<(), Error> {
    let Some(mail) = state.store.mail(id).await? else { return Ok(()) };
    let about = match &mail.about {
        About::Reset { .. } => "reset",
        About::PasswordChanged { .. } => "password_changed",
    };
    // Asked for by somebody for an address that nobody has.
    let Some(account) = state.store.account(mail.user_id).await? else {
        return Ok(state.store.delete_mail(id).await?);
    };

    let Some(to) = account.email.deliverable() else {
        tracing::error!(mail.id = %id, mail.about = about, "an account has an address that SES cannot write to");
        return Ok(state.store.delete_mail(id).await?);
    };
    let letter = letter::write(&mail.about, state).await?;
    match state.sender.send(&to, letter).await {
        Ok(()) => {}
        Err(ses::Error::Busy(code)) => return Err(Error::Busy(code)),
        Err(ses::Error::Refused(code)) => {
            tracing::error!(mail.id = %id, mail.about = about, error.code = code, "SES refused a mail");
            return Ok(());
        }
    }

    state.store.delete_mail(id).await?;
    tracing::info!(mail.id = %id, mail.about = about, "sent");
    Ok(())
}
