//! `POST /api/auth/ticket`: creates a ticket that opens one socket, once, within a minute.
//!
//! Browsers need tickets because they cannot send a token when they open a socket.

use axum::{Json, extract::State as Shared};
use data_encoding::BASE64URL_NOPAD;
use serde::Serialize;
use shared::{
    domain::{Timestamp, limits},
    http::Caller,
    protocol::problem::Problem,
    runtime::entropy,
};

use crate::State;

#[derive(Serialize)]
pub(crate) struct Reply {
    ticket: String,
    expires_at: Timestamp,
    url: String,
}

pub(crate) async fn handle(
    Shared(state): Shared<State>,
    caller: Caller,
) -> Result<Json<Reply>, Problem> {
    let ticket = BASE64URL_NOPAD.encode(&entropy::bytes::<32>());
    let expires_at = state.store.clock().now() + limits::TICKET_LIFE;
    state.store.put_ticket(&ticket, caller.identity(), expires_at).await?;
    Ok(Json(Reply { ticket, expires_at, url: state.settings.socket_url.clone() }))
}
