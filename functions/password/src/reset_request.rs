//! `POST /api/password/reset-request`: emails a link that resets the password.
//!
//! For an unknown address, the calls, the writes and the response are the same (I8). The mailer discards its email.

use axum::{Json, extract::State as Shared};
use shared::{
    domain::{
        EmailAddress, Fields, Mail, MailId, Timestamp, UserId, limits, mail::About, reset::Reset,
    },
    http::{Client, JsonBody},
    protocol::{problem::Problem, view::Done},
    runtime::entropy,
    secrets::NewToken,
    store::{self, Counter, ResetRecord},
};

use crate::State;

struct Request {
    email: EmailAddress,
}

const REPLY: Done = Done { message: "If this address has an account, we've sent a link to it." };

/// Attempts to store a reset while other requests for the same address compete.
const ATTEMPTS: usize = 8;

impl Request {
    fn parse(mut fields: Fields) -> Result<Self, Problem> {
        let email = fields.text("email", EmailAddress::parse);
        Ok(fields.finish(|| Some(Self { email: email? }))?)
    }
}

pub(crate) async fn handle(
    Shared(state): Shared<State>,
    client: Client,
    JsonBody(fields): JsonBody,
) -> Result<Json<Done>, Problem> {
    let Request { email } = Request::parse(fields)?;

    if let Some(source) = client.source {
        let limit = state.settings.reset_requests_per_source;
        state.store.limit(Counter::ResetRequests(source, limit)).await?;
    }

    let new_token = state.reset_keys.new_token().await?;
    let digest = new_token.token.digest();
    for _ in 0..ATTEMPTS {
        let ResetRecord { credential, window } = state.store.reset_record(&email).await?;
        let now = state.store.clock().now();
        // The address has reached its limit of emails. The response does not reveal this.
        let Some(next) = window.after_request(digest.clone(), now) else { return Ok(Json(REPLY)) };
        let account = credential.map(|credential| (credential.user_id, credential.version));
        let (user_id, version) = account.unwrap_or((UserId::new(now, entropy::number()), 1));
        let reset = Reset { user_id, version, ends_at: now + limits::RESET_LIFE };
        let mail = mail(&new_token, &reset, now);

        if state.store.create_reset(&email, (&window, &next), (&digest, &reset), &mail).await? {
            return Ok(Json(REPLY));
        }
    }
    Err(store::Error::Contended("requests for reset links").into())
}

fn mail(new_token: &NewToken, reset: &Reset, now: Timestamp) -> Mail {
    Mail {
        id: MailId::new(now, entropy::number()),
        user_id: reset.user_id,
        about: About::Reset {
            reset_id: new_token.id,
            key_version: new_token.key_version.clone(),
            ends_at: reset.ends_at,
        },
    }
}
