//! What every AWS client needs: region, credentials, endpoints, and one HTTPS client.
//!
//! Not `aws-config`: on Lambda the credentials stand in the environment, and reading them there saves
//! a cold start the provider chain.

use std::time::Duration;

use aws_sdk_dynamodb::config::{
    Credentials, Region, SharedHttpClient, retry::RetryConfig, timeout::TimeoutConfig,
};
use aws_smithy_http_client::{
    Builder,
    tls::{Provider, rustls_provider::CryptoMode},
};

use crate::config::Variables;

/// How the services are reached.
#[derive(Debug, Clone)]
pub struct Aws {
    pub(crate) region: Region,
    pub(crate) credentials: Credentials,
    pub(crate) http_client: SharedHttpClient,
    pub(crate) dynamodb_url: Option<String>,
    pub(crate) secrets_manager_url: Option<String>,
    pub(crate) sockets_url: Option<String>,
}

impl Aws {
    /// Reads the standard variables: `AWS_REGION`, the credentials, and `AWS_ENDPOINT_URL_…` of the services
    /// ([service-specific endpoints](https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html)).
    pub fn new(variables: &mut Variables) -> Self {
        let credentials = Credentials::new(
            variables.text("AWS_ACCESS_KEY_ID"),
            variables.text("AWS_SECRET_ACCESS_KEY"),
            variables.optional("AWS_SESSION_TOKEN"),
            None,
            "environment",
        );
        Self {
            region: Region::new(variables.text("AWS_REGION")),
            credentials,
            http_client: Builder::new()
                .tls_provider(Provider::Rustls(CryptoMode::Ring))
                .build_https(),
            dynamodb_url: variables.optional("AWS_ENDPOINT_URL_DYNAMODB"),
            secrets_manager_url: variables.optional("AWS_ENDPOINT_URL_SECRETS_MANAGER"),
            sockets_url: variables.optional("AWS_ENDPOINT_URL_APIGATEWAYMANAGEMENTAPI"),
        }
    }

    /// Three tries with jitter; every write behind them is safe to repeat.
    pub(crate) fn retries() -> RetryConfig {
        RetryConfig::standard().with_max_attempts(3).with_initial_backoff(Duration::from_millis(50))
    }

    /// A try that takes longer than this is lost: DynamoDB answers within milliseconds.
    pub(crate) fn timeouts(attempt: Duration) -> TimeoutConfig {
        TimeoutConfig::builder()
            .connect_timeout(Duration::from_secs(1))
            .operation_attempt_timeout(attempt)
            .build()
    }
}
