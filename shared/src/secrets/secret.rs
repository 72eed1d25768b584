//! Reads a secret of the deployment and its versions from Secrets Manager.

use aws_sdk_secretsmanager::{
    Client, operation::get_secret_value::builders::GetSecretValueFluentBuilder,
};

use crate::{aws::Aws, runtime::config::Variables};

/// A secret.
#[derive(Debug, Clone)]
pub struct Secret {
    client: Client,
    id: String,
}

/// A version of a secret. Its value prints as `[hidden]`.
#[derive(Clone)]
pub struct Version {
    /// The id of the version. Its value never changes.
    pub id: String,
    /// The secret value.
    pub value: String,
}

/// A secret could not be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the secret is not available: {0}")]
pub struct Error(pub String);

impl std::fmt::Debug for Version {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Version({}, [hidden])", self.id)
    }
}

impl Secret {
    /// The secret whose id or ARN this variable holds.
    pub fn new(variables: &mut Variables, aws: &Aws, variable: &str) -> Self {
        let mut config = aws_sdk_secretsmanager::config::Builder::from(&aws.config);
        config.set_endpoint_url(aws.secrets_manager_url.clone());
        Self { client: Client::from_conf(config.build()), id: variables.text(variable) }
    }

    /// The current version, which signs and derives.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn current(&self) -> Result<Version, Error> {
        let found = self.read(self.client.get_secret_value().version_stage("AWSCURRENT")).await?;
        found.ok_or_else(|| Error("it has no value".to_owned()))
    }

    /// The version before the current one, if there was one.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn previous(&self) -> Result<Option<Version>, Error> {
        self.read(self.client.get_secret_value().version_stage("AWSPREVIOUS")).await
    }

    /// The version with this id, if Secrets Manager still has it.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn version(&self, id: &str) -> Result<Option<Version>, Error> {
        self.read(self.client.get_secret_value().version_id(id)).await
    }

    async fn read(&self, request: GetSecretValueFluentBuilder) -> Result<Option<Version>, Error> {
        let value = match request.secret_id(&self.id).send().await {
            Ok(value) => value,
            Err(error) => {
                let error = error.into_service_error();
                if error.is_resource_not_found_exception() {
                    return Ok(None);
                }
                return Err(Error(error.meta().code().unwrap_or("no answer").to_owned()));
            }
        };
        match (value.version_id, value.secret_string) {
            (Some(id), Some(value)) => Ok(Some(Version { id, value })),
            _ => Err(Error("it is not a string".to_owned())),
        }
    }
}
