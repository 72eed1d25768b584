//! What the stream gave up on: mails that wait for too long are tried again, until SES takes them.

use std::time::{Duration, Instant};

use shared::{domain::limits, store};

use crate::{State, deliver};

/// When a sweep takes no further mail, so that it ends within the function's time. The next sweep goes on.
const TIME: Duration = Duration::from_secs(40);

pub(crate) async fn handle(state: &State) -> Result<(), store::Error> {
    let started = Instant::now();
    let overdue = state.store.clock().now() - limits::MAIL_OVERDUE;
    let mails = state.store.mails_of(limits::MAIL_SWEEP, overdue).await?;
    for mail in &mails {
        if started.elapsed() > TIME {
            break;
        }
        if let Err(error) = deliver::deliver(state, mail.id).await {
            tracing::warn!(mail.id = %mail.id, error.message = %error, "an overdue mail could not be sent yet");
        }
    }
    if !mails.is_empty() {
        tracing::warn!(mails.overdue = mails.len(), "mails were overdue");
    }
    Ok(())
}
