//! Retries overdue emails, which the stream gave up on.

use std::time::{Duration, Instant};

use shared::{domain::limits, store};

use crate::{State, deliver};

/// The maximum time that a sweep sends emails, so that it ends before the function's timeout. The next sweep continues.
const MAX_DURATION: Duration = Duration::from_secs(40);

/// The next sweep no longer sees an email of this age.
const LAST_SWEEP: Duration =
    limits::internal::MAIL_SWEEP_RANGE.saturating_sub(Duration::from_secs(5 * 60));

pub(crate) async fn handle(state: &State) -> Result<(), store::Error> {
    let started = Instant::now();
    let now = state.store.clock().now();
    let mails = state
        .store
        .unsent_mails(limits::internal::MAIL_SWEEP_RANGE, now - limits::internal::MAIL_OVERDUE)
        .await?;
    for mail in mails.iter().filter(|mail| now.since(mail.id.created_at()) > LAST_SWEEP) {
        tracing::error!(mail.id = %mail.id, "giving up on an email that SES never accepted");
    }
    // Newest first, so that emails that SES keeps rejecting do not delay emails that it would accept.
    for mail in mails.iter().rev() {
        if started.elapsed() > MAX_DURATION {
            break;
        }
        if let Err(error) = deliver::deliver(state, mail.id).await {
            tracing::warn!(mail.id = %mail.id, error.message = %error, "failed to send an overdue email, will retry");
        }
    }
    if !mails.is_empty() {
        tracing::warn!(mails.overdue = mails.len(), "the outbox had overdue emails");
    }
    Ok(())
}
