//! The common configuration of AWS clients: region, credentials, endpoints, and one HTTPS client.
//!
//! It does not use `aws-config`. On Lambda, the credentials are in the environment, so a cold start can skip the provider chain.

use std::time::Duration;

use aws_sdk_dynamodb::config::{
    BehaviorVersion, Credentials, Region, SharedCredentialsProvider, retry::RetryConfig,
    timeout::TimeoutConfig,
};
use aws_smithy_http_client::{
    Builder,
    tls::{Provider, rustls_provider::CryptoMode},
};
use aws_types::SdkConfig;

use crate::runtime::config::Variables;

mod trust;

/// The timeout of one attempt. DynamoDB and API Gateway respond within milliseconds.
const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(2);

/// Attempts of a call, with jitter between them. Repeating a write after a lost response is safe: the write is conditional or
/// idempotent. At worst, it counts a failed login twice.
const ATTEMPTS: u32 = 3;

/// The configuration of the AWS clients.
#[derive(Debug, Clone)]
pub struct Aws {
    pub(crate) config: SdkConfig,
    pub(crate) dynamodb_url: Option<String>,
    pub(crate) secrets_manager_url: Option<String>,
    pub(crate) sockets_url: Option<String>,
    ses_url: Option<String>,
}

impl Aws {
    /// Reads the standard variables: `AWS_REGION`, the credentials, and `AWS_ENDPOINT_URL_…` of the services
    /// ([service-specific endpoints](https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html)).
    /// `AWS_CA_BUNDLE` names a file of root certificates that replace Amazon's.
    pub fn new(variables: &mut Variables) -> Self {
        let credentials = Credentials::new(
            variables.text("AWS_ACCESS_KEY_ID"),
            variables.text("AWS_SECRET_ACCESS_KEY"),
            variables.optional("AWS_SESSION_TOKEN"),
            None,
            "environment",
        );
        let timeouts = TimeoutConfig::builder()
            .connect_timeout(Duration::from_secs(1))
            .operation_attempt_timeout(ATTEMPT_TIMEOUT)
            .build();
        let retries = RetryConfig::standard()
            .with_max_attempts(ATTEMPTS)
            .with_initial_backoff(Duration::from_millis(50));
        let config = SdkConfig::builder()
            .behavior_version(BehaviorVersion::v2026_01_12())
            .region(Region::new(variables.text("AWS_REGION")))
            .credentials_provider(SharedCredentialsProvider::new(credentials))
            .http_client(
                Builder::new()
                    .tls_provider(Provider::Rustls(CryptoMode::Ring))
                    .tls_context(trust::context(variables))
                    .build_https(),
            )
            .retry_config(retries)
            .timeout_config(timeouts)
            .build();
        Self {
            config,
            dynamodb_url: variables.optional("AWS_ENDPOINT_URL_DYNAMODB"),
            secrets_manager_url: variables.optional("AWS_ENDPOINT_URL_SECRETS_MANAGER"),
            sockets_url: variables.optional("AWS_ENDPOINT_URL_APIGATEWAYMANAGEMENTAPI"),
            ses_url: variables.optional("AWS_ENDPOINT_URL_SES"),
        }
    }

    /// The common configuration, for a client that only one function uses.
    pub fn config(&self) -> &SdkConfig {
        &self.config
    }

    /// The endpoint of SES, if it is not the default one.
    pub fn ses_url(&self) -> Option<String> {
        self.ses_url.clone()
    }
}
