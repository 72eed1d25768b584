//! Posts to sockets and closes them, with the gateway's `@connections` API.

use std::time::Duration;

use aws_sdk_apigatewaymanagement::{
    Client,
    config::{
        interceptors::InterceptorContext,
        retry::{ClassifyRetry, RetryAction, RetryConfig},
    },
    error::ProvideErrorMetadata,
    operation::{
        delete_connection::DeleteConnectionError, post_to_connection::PostToConnectionError,
    },
    primitives::Blob,
};
use futures::{StreamExt as _, stream};

use super::{CONCURRENCY, within_deadline};
use crate::{
    aws::Aws,
    domain::{ConnectionId, SessionId},
    protocol::frame::{Event, Frame, SessionEnded},
    runtime::config::Variables,
};

/// The maximum attempts of a throttled post.
const ATTEMPTS: u32 = 6;

/// The upper bound of the first pause between attempts. The bound doubles each time. All pauses together take at most 0.8 s, so a
/// throttled post ends well within [`limits::internal::PUSH_DEADLINE`](crate::domain::limits::internal::PUSH_DEADLINE).
const FIRST_PAUSE: Duration = Duration::from_millis(25);

/// The longest pause.
const LONGEST_PAUSE: Duration = Duration::from_millis(400);

/// Lets the SDK retry a post only after a 429, whatever its error code, because the gateway has certainly not delivered it.
/// After any other failure, the frame may have arrived, and a retry would deliver it twice.
#[derive(Debug)]
struct OnlyThrottled;

impl ClassifyRetry for OnlyThrottled {
    fn classify_retry(&self, call: &InterceptorContext) -> RetryAction {
        match call.response().map(|response| response.status().as_u16()) {
            Some(429) => RetryAction::throttling_error(),
            // Overrules all other classifiers of the SDK, whatever their order.
            _ => RetryAction::RetryForbidden,
        }
    }

    fn name(&self) -> &'static str {
        "only throttled posts"
    }
}

/// The outcome of a post that did not fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Posted {
    /// The gateway accepted it.
    Delivered,
    /// The socket no longer exists.
    Gone,
}

/// A call to the gateway failed, and not because the socket is gone.
#[derive(Debug, thiserror::Error)]
#[error("calling the gateway of a socket failed: {0}")]
pub struct Error(String);

/// Posts to the sockets of this deployment.
#[derive(Debug, Clone)]
pub struct Pusher {
    client: Client,
}

impl Pusher {
    /// A pusher for the gateway that `AWS_ENDPOINT_URL_APIGATEWAYMANAGEMENTAPI` names.
    pub fn new(variables: &mut Variables, aws: &Aws) -> Self {
        // Required, because the SDK has no default endpoint. The template sets it.
        variables.text("AWS_ENDPOINT_URL_APIGATEWAYMANAGEMENTAPI");
        let mut config = aws_sdk_apigatewaymanagement::config::Builder::from(&aws.config);
        config.set_endpoint_url(aws.sockets_url.clone());
        // The SDK's retries have full jitter, so posts that were throttled together do not collide again. They also have a
        // budget for the whole sandbox, so retries do not pile up while a quota stays exhausted.
        let retries = RetryConfig::standard()
            .with_max_attempts(ATTEMPTS)
            .with_initial_backoff(FIRST_PAUSE)
            .with_max_backoff(LONGEST_PAUSE);
        config.set_retry_config(Some(retries));
        Self { client: Client::from_conf(config.retry_classifier(OnlyThrottled).build()) }
    }

    /// Posts a text to a socket. Retries after throttling.
    ///
    /// # Errors
    /// [`Error`] if the gateway does not accept it.
    pub async fn post(&self, connection_id: &ConnectionId, text: &str) -> Result<Posted, Error> {
        let request = self.client.post_to_connection().connection_id(&connection_id.0);
        let error = match request.data(Blob::new(text)).send().await {
            Ok(_) => return Ok(Posted::Delivered),
            Err(error) => error,
        };
        match error.as_service_error() {
            Some(PostToConnectionError::GoneException(_)) => Ok(Posted::Gone),
            _ => Err(Error(error.code().unwrap_or("no answer").to_owned())),
        }
    }

    /// Closes a socket, if it is still open. Retries after throttling.
    ///
    /// # Errors
    /// [`Error`] if the gateway does not confirm it.
    pub async fn close(&self, connection_id: &ConnectionId) -> Result<(), Error> {
        let request = self.client.delete_connection().connection_id(&connection_id.0);
        let Err(error) = request.send().await else { return Ok(()) };
        match error.as_service_error() {
            Some(DeleteConnectionError::GoneException(_)) => Ok(()),
            _ => Err(Error(error.code().unwrap_or("no answer").to_owned())),
        }
    }

    /// Sends `session_ended` to sockets, and closes them.
    pub async fn end(&self, sockets: &[(SessionId, ConnectionId)]) {
        let ends =
            stream::iter(sockets).for_each_concurrent(CONCURRENCY, |(session_id, socket)| async {
                let frame = Frame::Event(Event::SessionEnded {
                    data: SessionEnded { session_id: *session_id },
                });
                if let Ok(text) = frame.to_text() {
                    log_failure(self.post(socket, &text).await);
                }
                log_failure(self.close(socket).await);
            });
        within_deadline(ends).await;
    }

    /// Closes sockets that a newer socket displaced.
    pub async fn close_all(&self, sockets: &[ConnectionId]) {
        let closes = stream::iter(sockets).for_each_concurrent(CONCURRENCY, |socket| async {
            log_failure(self.close(socket).await)
        });
        within_deadline(closes).await;
    }
}

fn log_failure<T>(result: Result<T, Error>) {
    if let Err(error) = result {
        tracing::warn!(error.message = %error, "failed to reach a socket");
    }
}
