//! Caches the versions of a secret. A rotation takes effect within an hour, and most requests do not wait for Secrets Manager.

use std::{sync::Arc, time::Duration};

use tokio::sync::RwLock;

use super::{Error, Secret, Version};
use crate::{Clock, aws::Aws, domain::Timestamp, runtime::config::Variables};

/// The age at which the current version is read again. A version that was rotated out stays valid for at most this time.
const LIFE: Duration = Duration::from_secs(60 * 60);

/// The minimum time between reads that an unknown id or a failure causes. A client can invent any number of ids.
const REFRESH_INTERVAL: Duration = Duration::from_secs(10);

/// A secret with the versions that were read. Clones share the versions.
#[derive(Debug, Clone)]
pub(super) struct Cache {
    secret: Secret,
    clock: Clock,
    known: Arc<RwLock<Known>>,
}

#[derive(Debug, Default)]
struct Known {
    /// Starts with the current version.
    versions: Vec<Version>,
    read_at: Timestamp,
    /// When the current version was last requested, successfully or not.
    tried_at: Timestamp,
    /// Whether the previous version was read after the current one. Most functions never need it.
    has_previous: bool,
    /// When the previous version was last requested, successfully or not.
    previous_tried_at: Timestamp,
}

impl Cache {
    /// The secret whose id or ARN this variable holds. Nothing is read yet.
    pub(super) fn new(variables: &mut Variables, aws: &Aws, clock: Clock, variable: &str) -> Self {
        Self { secret: Secret::new(variables, aws, variable), clock, known: Arc::default() }
    }

    /// The current version, which signs and derives.
    ///
    /// # Errors
    /// [`Error`] if it was never read and cannot be read now.
    pub(super) async fn current(&self) -> Result<Version, Error> {
        self.refresh_if_stale().await?;
        let current = self.known.read().await.versions.first().cloned();
        current.ok_or_else(|| Error("it has no value".to_owned()))
    }

    /// The version with this id, however old. The id must come from the table, because each unknown id causes a read.
    ///
    /// # Errors
    /// [`Error`]
    pub(super) async fn version(&self, id: &str) -> Result<Option<Version>, Error> {
        if let known @ Some(_) = self.known(id).await {
            return Ok(known);
        }
        let version = self.secret.version(id).await?;
        self.known.write().await.versions.extend(version.clone());
        Ok(version)
    }

    /// The version with this id if it is the current or the previous one. The id may come from a request.
    ///
    /// # Errors
    /// [`Error`]
    pub(super) async fn valid_version(&self, id: &str) -> Result<Option<Version>, Error> {
        self.refresh_if_stale().await?;
        let known = self.current_or_previous(id).await?;
        let tried_at = self.known.read().await.tried_at;
        if known.is_some() || self.clock.now().since(tried_at) < REFRESH_INTERVAL {
            return Ok(known);
        }
        // The secret may have been rotated since the current version was read.
        self.refresh().await?;
        self.current_or_previous(id).await
    }

    /// The version with this id. The previous one is read only if the current one has another id.
    async fn current_or_previous(&self, id: &str) -> Result<Option<Version>, Error> {
        if let known @ Some(_) = self.known(id).await {
            return Ok(known);
        }
        self.read_previous().await?;
        Ok(self.known(id).await)
    }

    async fn known(&self, id: &str) -> Option<Version> {
        self.known.read().await.versions.iter().find(|version| version.id == id).cloned()
    }

    /// Reads the current version if it was never read or is too old. If the read fails, an old version stays in use.
    async fn refresh_if_stale(&self) -> Result<(), Error> {
        let (has_any, age, since_try) = {
            let (known, now) = (self.known.read().await, self.clock.now());
            (!known.versions.is_empty(), now.since(known.read_at), now.since(known.tried_at))
        };
        if has_any && (age < LIFE || since_try < REFRESH_INTERVAL) {
            return Ok(());
        }
        match self.refresh().await {
            Err(error) if has_any => {
                tracing::warn!(error.message = %error, "failed to refresh a secret");
                Ok(())
            }
            result => result,
        }
    }

    async fn refresh(&self) -> Result<(), Error> {
        let mut known = self.known.write().await;
        let now = self.clock.now();
        known.tried_at = now;
        let versions = vec![self.secret.current().await?];
        *known = Known { versions, read_at: now, tried_at: now, ..Known::default() };
        Ok(())
    }

    /// Reads the previous version, unless it was read after the current one.
    async fn read_previous(&self) -> Result<(), Error> {
        if self.known.read().await.has_previous {
            return Ok(());
        }
        let mut known = self.known.write().await;
        // Another request may have read it in the meantime.
        if known.has_previous {
            return Ok(());
        }
        let now = self.clock.now();
        if now.since(known.previous_tried_at) < REFRESH_INTERVAL {
            return Err(Error("reading the previous version failed a moment ago".to_owned()));
        }
        known.previous_tried_at = now;
        let previous = self.secret.previous().await?;
        known.versions.extend(previous);
        known.has_previous = true;
        Ok(())
    }
}
