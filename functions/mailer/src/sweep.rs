//! What the stream gave up on: mails that wait for too long are tried again, until SES takes them.

use std::time::{Duration, Instant};

use shared::{domain::limits, store};

use crate::{State, deliver};

/// When a sweep takes no further mail, so that it ends within the function's time. The next sweep goes on.
const TIME: Duration = Duration::from_secs(40);

/// A mail of this age is out of the next sweep's sight.
const LAST_SWEEP: Duration =
    limits::internal::MAIL_SWEEP.saturating_sub(Duration::from_secs(5 * 60));

pub(crate) async fn handle(state: &State) -> Result<(), store::Error> {
    let started = Instant::now();
    let now = state.store.clock().now();
    let mails = state
        .store
        .mails_of(limits::internal::MAIL_SWEEP, now - limits::internal::MAIL_OVERDUE)
        .await?;
    for mail in mails.iter().filter(|mail| now.since(mail.id.created_at()) > LAST_SWEEP) {
        tracing::error!(mail.id = %mail.id, "a mail is given up: it was never taken by SES");
    }
    // The newest first: what SES has refused for long holds up nothing that it would take.
    for mail in mails.iter().rev() {
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
