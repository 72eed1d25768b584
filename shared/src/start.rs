//! Starts the functions behind the APIs: configures their services, and opens connections before the first request.

use std::time::Duration;

use crate::{
    Clock,
    aws::Aws,
    push::{Delivery, Pusher},
    runtime::config::Variables,
    secrets::Tokens,
    store::Store,
};

/// The maximum wait for connections at the start. Lambda allows 10 s for the whole start.
const WARM_UP: Duration = Duration::from_secs(3);

/// The services that these functions use.
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
    /// Configures the services from the environment.
    pub fn new(variables: &mut Variables, aws: &Aws, clock: Clock) -> Self {
        let store = Store::new(variables, aws, clock.clone());
        let delivery = Delivery::new(store.clone(), Pusher::new(variables, aws));
        Self { store, tokens: Tokens::new(variables, aws, clock), delivery }
    }

    /// Opens the connections that the first request would otherwise wait for. A failure does not stop the start, because the
    /// request will retry.
    pub async fn warm(&self) {
        self.warm_and(async {}).await;
    }

    /// Like [`Services::warm`], but also runs `further`, which reads another secret. `further` runs after the token key was read,
    /// so it reuses the connection to Secrets Manager.
    pub async fn warm_and(&self, further: impl Future<Output = ()>) {
        let secrets = async {
            warm(self.tokens.warm()).await;
            further.await;
        };
        tokio::join!(warm(self.store.warm()), secrets);
    }
}

/// Opens a connection that the first request would otherwise wait for. Logs a failure.
pub async fn warm<E: std::fmt::Display>(warming: impl Future<Output = Result<(), E>>) {
    match tokio::time::timeout(WARM_UP, warming).await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => {
            tracing::warn!(error.message = %error, "starting cold: a service returned an error");
        }
        Err(_) => tracing::warn!("starting cold: a service did not respond in time"),
    }
}
