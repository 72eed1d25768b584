//! Sends emails with SES.

use std::time::Duration;

use aws_sdk_ses::{
    Client,
    config::{retry::RetryConfig, timeout::TimeoutConfig},
    error::{ProvideErrorMetadata, SdkError},
    types::{Body, Content, Destination, Message},
};
use shared::{aws::Aws, runtime::config::Variables};

use crate::letter::Letter;

/// The timeout of one attempt. SES may be slow to accept an email. After the timeout it is sent again, so it may arrive twice.
const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(5);

/// Attempts of a call. After them, the stream retries the event.
const ATTEMPTS: u32 = 2;

/// Why SES did not accept an email. Has only the error code, because the error message may contain an address.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    /// SES throttled the call, failed, or did not respond. A retry may succeed.
    #[error("{0}")]
    Busy(String),
    /// SES rejected the email, its recipient or its sender.
    #[error("{0}")]
    Refused(String),
}

/// Sends the emails of this deployment.
#[derive(Debug, Clone)]
pub(crate) struct Sender {
    client: Client,
    source: String,
}

impl Sender {
    /// A sender with the identity of `MAIL_FROM_ADDRESS` and `MAIL_FROM_NAME`.
    pub(crate) fn new(variables: &mut Variables, aws: &Aws) -> Self {
        let mut config = aws_sdk_ses::config::Builder::from(aws.config());
        config.set_endpoint_url(aws.ses_url());
        let timeouts = TimeoutConfig::builder().operation_attempt_timeout(ATTEMPT_TIMEOUT);
        config.set_timeout_config(Some(timeouts.build()));
        config.set_retry_config(Some(RetryConfig::standard().with_max_attempts(ATTEMPTS)));
        let (name, address) =
            (variables.text("MAIL_FROM_NAME"), variables.text("MAIL_FROM_ADDRESS"));
        // A quoted string (RFC 5322, 3.2.4). The template allows no quote in the name.
        let source = format!("\"{name}\" <{address}>");
        Self { client: Client::from_conf(config.build()), source }
    }

    /// Sends an email.
    pub(crate) async fn send(&self, to: &str, letter: Letter) -> Result<(), Error> {
        let message = Message::builder()
            .subject(content(letter.subject)?)
            .body(Body::builder().text(content(letter.text)?).html(content(letter.html)?).build());
        let request = self
            .client
            .send_email()
            .source(&self.source)
            .destination(Destination::builder().to_addresses(to).build())
            .message(message.build());
        let Err(error) = request.send().await else { return Ok(()) };
        let code = error.code().unwrap_or("no answer").to_owned();
        match &error {
            SdkError::ServiceError(answer)
                if !answer.raw().status().is_server_error() && !code.contains("Throttl") =>
            {
                Err(Error::Refused(code))
            }
            _ => Err(Error::Busy(code)),
        }
    }
}

fn content(data: String) -> Result<Content, Error> {
    let content = Content::builder().charset("UTF-8").data(data).build();
    content.map_err(|_| Error::Refused("incomplete".to_owned()))
}
