//! What every AWS client needs: region, credentials, endpoints, and one HTTPS client.
//!
//! Not `aws-config`: on Lambda the credentials stand in the environment, and reading them there saves
//! a cold start the provider chain.

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

/// A try that takes longer than this is lost: DynamoDB and a socket's gateway answer within milliseconds.
const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(2);

/// Tries of a call, with jitter between them. A write that is repeated after its answer was lost does no harm:
/// it is conditional, idempotent, or counts a failed login once more.
const ATTEMPTS: u32 = 3;

/// How the services are reached.
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
    /// `AWS_CA_BUNDLE` names roots to believe instead of Amazon's.
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

    /// What the clients have in common, for one that only one function uses.
    pub fn config(&self) -> &SdkConfig {
        &self.config
    }

    /// Where SES is, if not where AWS has it.
    pub fn ses_url(&self) -> Option<String> {
        self.ses_url.clone()
    }
}
