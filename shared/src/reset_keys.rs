//! The key that reset tokens are derived under. It is a secret of its own: who reads the table cannot derive a token,
//! and who learns this key cannot sign anything else.

use std::{sync::Arc, time::Duration};

use tokio::sync::RwLock;

use crate::{
    Clock,
    aws::Aws,
    config::Variables,
    domain::{
        Timestamp,
        reset::{ResetId, ResetToken},
    },
    entropy,
    secret::{Error, Secret, Version},
};

/// After this the current version is read again, so that a rotation is followed.
const CURRENT_LIFE: Duration = Duration::from_secs(60 * 60);

/// Derives reset tokens.
#[derive(Debug, Clone)]
pub struct ResetKeys {
    secret: Secret,
    clock: Clock,
    known: Arc<RwLock<Known>>,
}

#[derive(Debug, Default)]
struct Known {
    /// The current version first.
    versions: Vec<Version>,
    read_at: Timestamp,
}

/// A new token, and what derives it again.
#[derive(Debug)]
pub struct NewToken {
    /// The token.
    pub token: ResetToken,
    /// What it is derived from.
    pub id: ResetId,
    /// Under which version of the key.
    pub key_version: String,
}

impl ResetKeys {
    /// The key that `RESET_SECRET_ID` names.
    pub fn new(variables: &mut Variables, aws: &Aws, clock: Clock) -> Self {
        let secret = Secret::new(variables, aws, "RESET_SECRET_ID");
        Self { secret, clock, known: Arc::default() }
    }

    /// Reads the key, so that the first request need not wait for it.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn warm(&self) -> Result<(), Error> {
        self.current().await.map(drop)
    }

    /// A token that nobody had before.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn new_token(&self) -> Result<NewToken, Error> {
        let key = self.current().await?;
        let id = ResetId::new(entropy::bytes());
        let token = ResetToken::derive(key.value.as_bytes(), id);
        Ok(NewToken { token, id, key_version: key.id })
    }

    /// The token that was derived from this id under this version of the key.
    ///
    /// # Errors
    /// [`Error`]; also where the version is gone for good.
    pub async fn token(&self, id: ResetId, key_version: &str) -> Result<ResetToken, Error> {
        let known = self.known.read().await;
        let key = known.versions.iter().find(|version| version.id == key_version).cloned();
        drop(known);
        let key = match key {
            Some(key) => key,
            None => {
                let key = self.secret.version(key_version).await?;
                let key = key.ok_or_else(|| Error("its version is gone".to_owned()))?;
                self.known.write().await.versions.push(key.clone());
                key
            }
        };
        Ok(ResetToken::derive(key.value.as_bytes(), id))
    }

    async fn current(&self) -> Result<Version, Error> {
        let now = self.clock.now();
        let known = self.known.read().await;
        let is_fresh = now.since(known.read_at) < CURRENT_LIFE;
        let kept = known.versions.first().cloned();
        drop(known);
        let current = match (kept, is_fresh) {
            (Some(kept), true) => return Ok(kept),
            (None, _) => self.secret.current().await?,
            (Some(kept), false) => match self.secret.current().await {
                Ok(current) => current,
                Err(error) => {
                    tracing::warn!(error.message = %error, "the reset key could not be read again");
                    return Ok(kept);
                }
            },
        };
        *self.known.write().await = Known { versions: vec![current.clone()], read_at: now };
        Ok(current)
    }
}
