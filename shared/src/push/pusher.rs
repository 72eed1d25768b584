//! Posts to sockets and closes them, through the gateway's `@connections` API.

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
    protocol::frame::{Event, Frame},
    runtime::config::Variables,
};

/// Attempts of a throttled post.
const ATTEMPTS: u32 = 6;

/// The upper bound of the first pause between attempts; the bound doubles each time. All pauses together take 0.8 s at most, so a
/// throttled post ends well within [`limits::internal::PUSH_DEADLINE`](crate::domain::limits::internal::PUSH_DEADLINE).
const FIRST_PAUSE: Duration = Duration::from_millis(25);

/// The longest pause.
const LONGEST_PAUSE: Duration = Duration::from_millis(400);

/// Lets the SDK try again what the gateway answered 429, under whatever name: it has certainly not delivered that.
/// Anything else may have arrived although its answer was lost, and would be delivered twice.
#[derive(Debug)]
struct OnlyThrottled;

impl ClassifyRetry for OnlyThrottled {
    fn classify_retry(&self, call: &InterceptorContext) -> RetryAction {
        match call.response().map(|response| response.status().as_u16()) {
            Some(429) => RetryAction::throttling_error(),
            // Overrules every other classifier of the SDK, whatever their order.
            _ => RetryAction::RetryForbidden,
        }
    }

    fn name(&self) -> &'static str {
        "only what was throttled"
    }
}

/// What became of a post.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Posted {
    /// The gateway took it.
    Delivered,
    /// There is no such socket any more.
    Gone,
}

/// A post failed for reasons that are not the socket's.
#[derive(Debug, thiserror::Error)]
#[error("posting to a socket failed: {0}")]
pub struct Error(String);

/// Posts to the sockets of this deployment.
#[derive(Debug, Clone)]
pub struct Pusher {
    client: Client,
}

impl Pusher {
    /// The gateway that `AWS_ENDPOINT_URL_APIGATEWAYMANAGEMENTAPI` names.
    pub fn new(variables: &mut Variables, aws: &Aws) -> Self {
        // Named by the template: the SDK knows no default for it.
        variables.text("AWS_ENDPOINT_URL_APIGATEWAYMANAGEMENTAPI");
        let mut config = aws_sdk_apigatewaymanagement::config::Builder::from(&aws.config);
        config.set_endpoint_url(aws.sockets_url.clone());
        // The SDK's own retries: it has full jitter, so that posts which were throttled together part, and a budget for
        // the whole sandbox, so that tries do not pile up on a quota that stays exhausted.
        let retries = RetryConfig::standard()
            .with_max_attempts(ATTEMPTS)
            .with_initial_backoff(FIRST_PAUSE)
            .with_max_backoff(LONGEST_PAUSE);
        config.set_retry_config(Some(retries));
        Self { client: Client::from_conf(config.retry_classifier(OnlyThrottled).build()) }
    }

    /// Posts a text to a socket; again where it is throttled.
    ///
    /// # Errors
    /// [`Error`] where the gateway does not take it.
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

    /// Closes a socket, if it is still open; tries again where it is throttled.
    ///
    /// # Errors
    /// [`Error`] where the gateway does not answer.
    pub async fn close(&self, connection_id: &ConnectionId) -> Result<(), Error> {
        let request = self.client.delete_connection().connection_id(&connection_id.0);
        let Err(error) = request.send().await else { return Ok(()) };
        match error.as_service_error() {
            Some(DeleteConnectionError::GoneException(_)) => Ok(()),
            _ => Err(Error(error.code().unwrap_or("no answer").to_owned())),
        }
    }

    /// Tells sockets whose sessions have ended, and closes them.
    pub async fn end(&self, sockets: &[(SessionId, ConnectionId)]) {
        let ends =
            stream::iter(sockets).for_each_concurrent(CONCURRENCY, |(session_id, socket)| async {
                let frame = Frame::Event(Event::SessionEnded { session_id: *session_id });
                if let Ok(text) = frame.to_text() {
                    log_failure(self.post(socket, &text).await);
                }
                log_failure(self.close(socket).await);
            });
        within_deadline(ends).await;
    }

    /// Closes sockets that another displaced.
    pub async fn close_all(&self, sockets: &[ConnectionId]) {
        let closes = stream::iter(sockets).for_each_concurrent(CONCURRENCY, |socket| async {
            log_failure(self.close(socket).await)
        });
        within_deadline(closes).await;
    }
}

fn log_failure<T>(result: Result<T, Error>) {
    if let Err(error) = result {
        tracing::warn!(error.message = %error, "a socket could not be reached");
    }
}
