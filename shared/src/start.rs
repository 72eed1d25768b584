//! What every function does once, before its first request.

use crate::{store::Store, token::Tokens};

/// Logs as JSON lines at `info`, for CloudWatch.
pub fn logs() {
    tracing_subscriber::fmt()
        .json()
        .flatten_event(true)
        .with_current_span(false)
        .with_span_list(false)
        .with_max_level(tracing::Level::INFO)
        .init();
}

/// Opens the connections that the first request would wait for. Failing is no reason not to start:
/// the request will try again.
pub async fn warm(store: &Store, tokens: &Tokens) {
    let (table, keys) = tokio::join!(store.warm(), tokens.warm());
    if let Err(error) = table {
        tracing::warn!(error.message = %error, "the table could not be reached at start");
    }
    if let Err(error) = keys {
        tracing::warn!(error.message = %error, "the token key could not be read at start");
    }
}
