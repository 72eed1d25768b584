//! Session tokens: JWTs ([RFC 7519](https://www.rfc-editor.org/rfc/rfc7519)) signed with HMAC-SHA-256, the only algorithm in use.
//!
//! A token's `kid` is the version of its key, so tokens of the previous version stay valid after a rotation.

use std::sync::OnceLock;

use http::{HeaderMap, header::AUTHORIZATION};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::{Deserialize, Serialize};

use super::{cache::Cache, hs256};
use crate::{
    Clock,
    aws::Aws,
    domain::{Identity, SessionId, Timestamp, UserId},
    runtime::config::Variables,
};

/// The claims of a token.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Claims {
    iss: String,
    aud: String,
    sub: UserId,
    sid: SessionId,
    iat: u64,
    exp: u64,
}

/// Why a token could not be signed or was rejected.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The request has no credentials.
    #[error("there is no token")]
    Missing,
    /// The token is malformed, expired, from another deployment, or not signed with a valid key.
    #[error("the token is not valid")]
    Invalid,
    /// The key could not be read or used.
    #[error("the token key is not available: {0}")]
    Key(String),
}

/// Signs and verifies tokens.
#[derive(Debug, Clone)]
pub struct Tokens {
    keys: Cache,
    issuer: String,
    clock: Clock,
}

impl Tokens {
    /// Tokens of the deployment that `TOKEN_ISSUER` names, with the key that `TOKEN_SECRET_ID` names.
    pub fn new(variables: &mut Variables, aws: &Aws, clock: Clock) -> Self {
        static INSTALLED: OnceLock<()> = OnceLock::new();
        INSTALLED.get_or_init(|| {
            // Fails only if another provider is installed, which only our own tests do.
            let _ = hs256::PROVIDER.install_default();
        });
        Self {
            keys: Cache::new(variables, aws, clock.clone(), "TOKEN_SECRET_ID"),
            issuer: variables.text("TOKEN_ISSUER"),
            clock,
        }
    }

    /// Reads the signing key, so that the first request does not wait for it.
    ///
    /// # Errors
    /// [`Error::Key`]
    pub async fn warm(&self) -> Result<(), Error> {
        Ok(self.keys.current().await.map(drop)?)
    }

    /// Signs a token for a session.
    ///
    /// # Errors
    /// [`Error::Key`]
    pub async fn sign(&self, identity: Identity, ends_at: Timestamp) -> Result<String, Error> {
        let key = self.keys.current().await?;
        let header = Header { kid: Some(key.id.clone()), ..Header::new(Algorithm::HS256) };
        let claims = Claims {
            iss: self.issuer.clone(),
            aud: self.audience(),
            sub: identity.user_id,
            sid: identity.session_id,
            iat: self.clock.now().as_millis() / 1000,
            exp: ends_at.as_secs(),
        };
        let key = EncodingKey::from_secret(key.value.as_bytes());
        jsonwebtoken::encode(&header, &claims, &key).map_err(|error| Error::Key(error.to_string()))
    }

    /// Verifies a token. Does not check whether its session still exists.
    ///
    /// # Errors
    /// [`Error::Invalid`], or [`Error::Key`] if the key could not be read.
    pub async fn verify(&self, token: &str) -> Result<Identity, Error> {
        let header = jsonwebtoken::decode_header(token).map_err(|_| Error::Invalid)?;
        let key_id = header.kid.ok_or(Error::Invalid)?;
        let key = self.keys.valid_version(&key_id).await?.ok_or(Error::Invalid)?;
        let key = DecodingKey::from_secret(key.value.as_bytes());
        let mut validation = Validation::new(Algorithm::HS256);
        validation.set_issuer(&[&self.issuer]);
        validation.set_audience(&[self.audience()]);
        validation.set_required_spec_claims(&["iss", "aud", "exp", "sub"]);
        // Checked below, against the clock that tests can move.
        validation.validate_exp = false;
        let claims = jsonwebtoken::decode::<Claims>(token, &key, &validation)
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
}

impl From<super::Error> for Error {
    fn from(error: super::Error) -> Self {
        Self::Key(error.0)
    }
}

/// The token of `Authorization: Bearer …` ([RFC 6750, 2.1](https://www.rfc-editor.org/rfc/rfc6750#section-2.1)), for HTTP and for a
/// socket's handshake.
///
/// # Errors
/// [`Error::Missing`] without the header, [`Error::Invalid`] for another scheme or for more than one header.
pub fn bearer(headers: &HeaderMap) -> Result<&str, Error> {
    let mut values = headers.get_all(AUTHORIZATION).iter();
    let value = values.next().ok_or(Error::Missing)?;
    if values.next().is_some() {
        return Err(Error::Invalid);
    }
    let parts = value.to_str().ok().and_then(|value| value.split_once(' '));
    let (scheme, token) = parts.ok_or(Error::Invalid)?;
    if scheme.eq_ignore_ascii_case("bearer") { Ok(token.trim()) } else { Err(Error::Invalid) }
}
