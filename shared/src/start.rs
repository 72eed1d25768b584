//! What every function does once, before its first request.

use std::time::Duration;

use crate::{
    Clock,
    aws::Aws,
    push::{Delivery, Pusher},
    runtime::config::Variables,
    secrets::Tokens,
    store::Store,
};

/// How long a start waits for them: Lambda allows ten seconds in all.
const WARM_UP: Duration = Duration::from_secs(3);

/// What every function reaches.
#[derive(Debug, Clone)]
pub struct Services {
    /// The table.
    pub store: Store,
    /// The session tokens.
    pub tokens: Tokens,
    /// The users' sockets.
    pub delivery: Delivery,
}

impl Services {
    /// The services that the environment names.
    pub fn new(variables: &mut Variables, aws: &Aws, clock: Clock) -> Self {
        let store = Store::new(variables, aws, clock.clone());
        let delivery = Delivery::new(store.clone(), Pusher::new(variables, aws));
        Self { store, tokens: Tokens::new(variables, aws, clock), delivery }
    }

    /// Opens the connections that the first request would wait for. Failing is no reason not to start:
    /// the request will try again.
    pub async fn warm(&self) {
        self.warm_and(async {}).await;
    }

    /// The same, and what reads another secret: after the token key, for which its connection is open by then.
    pub async fn warm_and(&self, further: impl Future<Output = ()>) {
        let secrets = async {
            warm(self.tokens.warm()).await;
            further.await;
        };
        tokio::join!(warm(self.store.warm()), secrets);
    }
}

/// Opens a connection that the first request would wait for, or says why that failed.
pub async fn warm<E: std::fmt::Display>(warming: impl Future<Output = Result<(), E>>) {
    match tokio::time::timeout(WARM_UP, warming).await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => {
            tracing::warn!(error.message = %error, "starting cold: a service did not do what it was asked");
        }
        Err(_) => tracing::warn!("starting cold: a service did not answer in time"),
    }
}
