//! Session tokens: JWTs ([RFC 7519](https://www.rfc-editor.org/rfc/rfc7519)) signed with HMAC-SHA-256, the only algorithm there is.
//!
//! The key is kept by Secrets Manager, and read at a cold start and once an hour. Its version is the token's `kid`, so
//! that a rotation leaves the previous key valid; an unknown `kid` reads that one, and then both again.

use std::{
    sync::{Arc, OnceLock},
    time::Duration,
};

use http::{HeaderMap, header::AUTHORIZATION};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::{Deserialize, Serialize};
use tokio::sync::RwLock;

use crate::{
    Clock,
    aws::Aws,
    config::Variables,
    domain::{Identity, SessionId, Timestamp, UserId},
    problem::{Code, Problem},
    secret::{self, Secret, Version},
};

mod hs256;

/// How long the keys are not read again for the sake of unknown key ids, which anybody can invent.
const REFRESH_INTERVAL: Duration = Duration::from_secs(10);

/// After this the keys are read again, so that one that was rotated out is not believed for long.
const KEYS_LIFE: Duration = Duration::from_secs(60 * 60);

/// What a token says.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Claims {
    iss: String,
    aud: String,
    sub: UserId,
    sid: SessionId,
    iat: u64,
    exp: u64,
}

/// Why a token was not made or not believed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// It is malformed, not signed by us, for somebody else, or expired.
    #[error("the token is not valid")]
    Invalid,
    /// The key could not be read or used.
    #[error("the token key is not available: {0}")]
    Key(String),
}

/// Makes and believes tokens.
#[derive(Debug, Clone)]
pub struct Tokens {
    secret: Secret,
    issuer: String,
    clock: Clock,
    keys: Arc<RwLock<Keys>>,
}

/// The keys that are valid now, the signing one first.
#[derive(Debug, Default)]
struct Keys {
    valid: Vec<Key>,
    read_at: Timestamp,
    /// The last try, successful or not.
    tried_at: Timestamp,
    /// Whether the one before the signing one is among them, if there is one: most functions never need it.
    has_previous: bool,
    /// The last try to read that one, successful or not.
    previous_tried_at: Timestamp,
}

struct Key {
    id: String,
    encoding: EncodingKey,
    decoding: DecodingKey,
}

impl std::fmt::Debug for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Key({}, [hidden])", self.id)
    }
}

impl Tokens {
    /// Tokens of the deployment that `TOKEN_ISSUER` names, under the key `TOKEN_SECRET_ID`.
    pub fn new(variables: &mut Variables, aws: &Aws, clock: Clock) -> Self {
        static INSTALLED: OnceLock<()> = OnceLock::new();
        INSTALLED.get_or_init(|| {
            // Another provider can only have been installed by a test of ours.
            let _ = hs256::PROVIDER.install_default();
        });
        Self {
            secret: Secret::new(variables, aws, "TOKEN_SECRET_ID"),
            issuer: variables.text("TOKEN_ISSUER"),
            clock,
            keys: Arc::default(),
        }
    }

    /// Reads the signing key, so that the first request need not wait for it.
    ///
    /// # Errors
    /// [`Error::Key`]
    pub async fn warm(&self) -> Result<(), Error> {
        self.refresh().await
    }

    /// A token for a session.
    ///
    /// # Errors
    /// [`Error::Key`]
    pub async fn sign(&self, identity: Identity, ends_at: Timestamp) -> Result<String, Error> {
        self.freshen().await?;
        let keys = self.keys.read().await;
        let key = keys.valid.first().ok_or_else(|| Error::Key("there is none".to_owned()))?;
        let header = Header { kid: Some(key.id.clone()), ..Header::new(Algorithm::HS256) };
        let claims = Claims {
            iss: self.issuer.clone(),
            aud: self.audience(),
            sub: identity.user_id,
            sid: identity.session_id,
            iat: self.clock.now().as_millis() / 1000,
            exp: ends_at.as_secs(),
        };
        jsonwebtoken::encode(&header, &claims, &key.encoding)
            .map_err(|error| Error::Key(error.to_string()))
    }

    /// Who a token says that its bearer is.
    ///
    /// # Errors
    /// [`Error::Invalid`], or [`Error::Key`] where that cannot be told.
    pub async fn verify(&self, token: &str) -> Result<Identity, Error> {
        let header = jsonwebtoken::decode_header(token).map_err(|_| Error::Invalid)?;
        let key_id = header.kid.ok_or(Error::Invalid)?;
        self.look_for(&key_id).await?;
        let keys = self.keys.read().await;
        let key = keys.valid.iter().find(|key| key.id == key_id).ok_or(Error::Invalid)?;
        let mut validation = Validation::new(Algorithm::HS256);
        validation.set_issuer(&[&self.issuer]);
        validation.set_audience(&[self.audience()]);
        validation.set_required_spec_claims(&["iss", "aud", "exp", "sub"]);
        // Compared below, by the clock that tests can move.
        validation.validate_exp = false;
        let claims = jsonwebtoken::decode::<Claims>(token, &key.decoding, &validation)
            .map_err(|_| Error::Invalid)?
            .claims;
        if Timestamp::from_secs(claims.exp) <= self.clock.now() {
            return Err(Error::Invalid);
        }
        Ok(Identity { user_id: claims.sub, session_id: claims.sid })
    }

    fn audience(&self) -> String {
        format!("{}/api", self.issuer)
    }

    /// Reads what there is to read before a token of this key is refused.
    async fn look_for(&self, key_id: &str) -> Result<(), Error> {
        self.freshen().await?;
        if self.knows(key_id).await {
            return Ok(());
        }
        self.read_previous().await?;
        if self.knows(key_id).await {
            return Ok(());
        }
        let tried_at = self.keys.read().await.tried_at;
        if self.clock.now().since(tried_at) < REFRESH_INTERVAL {
            return Err(Error::Invalid);
        }
        self.refresh().await?;
        if self.knows(key_id).await { Ok(()) } else { self.read_previous().await }
    }

    async fn knows(&self, key_id: &str) -> bool {
        self.keys.read().await.valid.iter().any(|key| key.id == key_id)
    }

    /// Reads the keys where there are none or they are old; old ones go on where that fails.
    async fn freshen(&self) -> Result<(), Error> {
        let keys = self.keys.read().await;
        let has_any = !keys.valid.is_empty();
        let (of_keys, of_try) = {
            let now = self.clock.now();
            (now.since(keys.read_at), now.since(keys.tried_at))
        };
        drop(keys);
        if has_any && (of_keys < KEYS_LIFE || of_try < REFRESH_INTERVAL) {
            return Ok(());
        }
        match self.refresh().await {
            Err(error) if has_any => {
                tracing::warn!(error.message = %error, "the token keys could not be read again");
                Ok(())
            }
            result => result,
        }
    }

    async fn refresh(&self) -> Result<(), Error> {
        let mut keys = self.keys.write().await;
        let now = self.clock.now();
        keys.tried_at = now;
        let valid = vec![Key::from(self.secret.current().await?)];
        *keys = Keys { valid, read_at: now, tried_at: now, ..Keys::default() };
        Ok(())
    }

    /// Reads the key before the signing one, unless that was done since the signing one was read.
    async fn read_previous(&self) -> Result<(), Error> {
        if self.keys.read().await.has_previous {
            return Ok(());
        }
        let mut keys = self.keys.write().await;
        let now = self.clock.now();
        match now.since(keys.previous_tried_at) < REFRESH_INTERVAL {
            true if keys.has_previous => return Ok(()),
            true => return Err(Error::Key("the previous one just could not be read".to_owned())),
            false => keys.previous_tried_at = now,
        }
        keys.valid.extend(self.secret.previous().await?.map(Key::from));
        keys.has_previous = true;
        Ok(())
    }
}

impl From<Version> for Key {
    fn from(version: Version) -> Self {
        let secret = version.value.as_bytes();
        let (encoding, decoding) =
            (EncodingKey::from_secret(secret), DecodingKey::from_secret(secret));
        Self { id: version.id, encoding, decoding }
    }
}

impl From<secret::Error> for Error {
    fn from(error: secret::Error) -> Self {
        Self::Key(error.0)
    }
}

/// The token of `Authorization: Bearer …` ([RFC 6750, 2.1](https://www.rfc-editor.org/rfc/rfc6750#section-2.1)), on HTTP and on a socket alike.
///
/// # Errors
/// [`Code::Unauthenticated`] without one, [`Code::InvalidToken`] for anything else or more than one.
pub fn bearer(headers: &HeaderMap) -> Result<&str, Problem> {
    let mut values = headers.get_all(AUTHORIZATION).iter();
    let Some(value) = values.next() else { return Err(Problem::new(Code::Unauthenticated)) };
    let invalid = || Problem::new(Code::InvalidToken);
    if values.next().is_some() {
        return Err(invalid());
    }
    let (scheme, token) =
        value.to_str().ok().and_then(|v| v.split_once(' ')).ok_or_else(invalid)?;
    if scheme.eq_ignore_ascii_case("bearer") { Ok(token.trim()) } else { Err(invalid()) }
}
