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

/// A ticket that opens one socket.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "TicketReply"))]
pub(crate) struct Reply {
    /// The ticket.
    #[cfg_attr(feature = "schema", schemars(extend("pattern" = "^[A-Za-z0-9_-]+$")))]
    ticket: String,
    /// When the ticket expires.
    expires_at: Timestamp,
    /// The URL of the socket.
    #[cfg_attr(feature = "schema", schemars(extend("format" = "uri")))]
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
