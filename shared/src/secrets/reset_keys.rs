//! Derives reset tokens. Their key is a separate secret: deriving a token needs both the key and an id from the table, and the
//! key cannot sign session tokens.

use super::{Error, cache::Cache};
use crate::{
    Clock,
    aws::Aws,
    domain::reset::{ResetId, ResetToken},
    runtime::{config::Variables, entropy},
};

/// Derives reset tokens.
#[derive(Debug, Clone)]
pub struct ResetKeys(Cache);

/// A new token, and the inputs that derive it again.
#[derive(Debug)]
pub struct NewToken {
    /// The token.
    pub token: ResetToken,
    /// The id that the token is derived from.
    pub id: ResetId,
    /// The version of the key that the token is derived with.
    pub key_version: String,
}

impl ResetKeys {
    /// Uses the key that `RESET_SECRET_ID` names.
    pub fn new(variables: &mut Variables, aws: &Aws, clock: Clock) -> Self {
        Self(Cache::new(variables, aws, clock, "RESET_SECRET_ID"))
    }

    /// Reads the key, so that the first request does not wait for it.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn warm(&self) -> Result<(), Error> {
        self.0.current().await.map(drop)
    }

    /// Creates a token from a new random id.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn new_token(&self) -> Result<NewToken, Error> {
        let key = self.0.current().await?;
        let id = ResetId::new(entropy::bytes());
        let token = ResetToken::derive(key.value.as_bytes(), id);
        Ok(NewToken { token, id, key_version: key.id })
    }

    /// Derives the token of an id with a version of the key.
    ///
    /// # Errors
    /// [`Error`], also if Secrets Manager no longer has the version.
    pub async fn token(&self, id: ResetId, key_version: &str) -> Result<ResetToken, Error> {
        let key = self.0.version(key_version).await?;
        let key = key.ok_or_else(|| Error("this version no longer exists".to_owned()))?;
        Ok(ResetToken::derive(key.value.as_bytes(), id))
    }
}
