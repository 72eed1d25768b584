//! `POST /api/password/reset-request`: mails a link that resets the password.
//!
//! An address that nobody has takes the same calls, the same writes and the same answer; its mail goes to nobody (I8).

use axum::{Json, extract::State as Shared};
use serde::Serialize;
use shared::{
    domain::{
        EmailAddress, Fields, Mail, MailId, Timestamp, UserId, limits, mail::About, reset::Reset,
    },
    http::{Client, JsonBody},
    protocol::problem::Problem,
    runtime::entropy,
    secrets::NewToken,
    store::{self, Counter, ResetRecord},
};

use crate::State;

struct Request {
    email: EmailAddress,
}

#[derive(Serialize)]
pub(crate) struct Reply {
    message: &'static str,
}

const SAID: Reply = Reply { message: "If the address has an account, a link is on its way to it." };

/// Looks at an address for which others ask at the same time, at most.
const LOOKS: usize = 8;

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
) -> Result<Json<Reply>, Problem> {
    let Request { email } = Request::parse(fields)?;

    if let Some(source) = client.source {
        let most = state.settings.reset_requests_per_source;
        state.store.limit(Counter::ResetRequests(source, most)).await?;
    }

    let new = state.reset_keys.new_token().await?;
    let token = new.token.digest();
    for _ in 0..LOOKS {
        let ResetRecord { credential, asked } = state.store.resettable(&email).await?;
        let now = state.store.clock().now();
        // Enough was mailed to it: no more is, and nobody is told.
        let Some(again) = asked.again(token.clone(), now) else { return Ok(Json(SAID)) };
        let somebody = credential.map(|credential| (credential.user_id, credential.version));
        let (user_id, version) = somebody.unwrap_or((UserId::new(now, entropy::number()), 1));
        let reset = Reset { user_id, version, ends_at: now + limits::RESET_LIFE };
        let mail = mail(&new, &reset, now);

        let (seen, kept) = ((&asked, &again), (&token, &reset));
        if state.store.create_reset(&email, seen, kept, &mail).await? {
            return Ok(Json(SAID));
        }
    }
    Err(store::Error::Contended("requests for reset links").into())
}

fn mail(new: &NewToken, reset: &Reset, now: Timestamp) -> Mail {
    Mail {
        id: MailId::new(now, entropy::number()),
        user_id: reset.user_id,
        about: About::Reset {
            reset_id: new.id,
            key_version: new.key_version.clone(),
            ends_at: reset.ends_at,
        },
    }
}
