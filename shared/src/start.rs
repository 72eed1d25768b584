//! What every function does once, before its first request.

use std::time::Duration;

use crate::{Clock, aws::Aws, config::Variables, push::Pusher, store::Store, token::Tokens};

/// How long a start waits for them: Lambda allows ten seconds in all.
const WARM_UP: Duration = Duration::from_secs(3);

/// What every function reaches.
#[derive(Debug, Clone)]
pub struct Services {
    /// The table.
    pub store: Store,
    /// The session tokens.
    pub tokens: Tokens,
    /// The sockets.
    pub pusher: Pusher,
}

impl Services {
    /// The services that the environment names.
    pub fn new(variables: &mut Variables, clock: Clock) -> Self {
        let aws = Aws::new(variables);
        Self {
            store: Store::new(variables, &aws, clock.clone()),
            tokens: Tokens::new(variables, &aws, clock),
            pusher: Pusher::new(variables, &aws),
        }
    }

    /// Opens the connections that the first request would wait for. Failing is no reason not to start:
    /// the request will try again.
    pub async fn warm(&self) {
        let warm = async {
            let (table, keys) = tokio::join!(self.store.warm(), self.tokens.warm());
            if let Err(error) = table {
                tracing::warn!(error.message = %error, "the table could not be reached at start");
            }
            if let Err(error) = keys {
                tracing::warn!(error.message = %error, "the token key could not be read at start");
            }
        };
        if tokio::time::timeout(WARM_UP, warm).await.is_err() {
            tracing::warn!("starting cold: the services did not answer in time");
        }
    }
}

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
