//! Hashes passwords with argon2id, as
//! [OWASP](https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html) recommends (m = 19,456 KiB, t = 2,
//! p = 1).

use argon2::{
    Algorithm, Argon2, Params, Version,
    password_hash::{PasswordHasher as _, PasswordVerifier as _, phc},
};
use serde::{Deserialize, Serialize};

use super::Password;

const MEMORY_KIB: u32 = 19_456;
const PASSES: u32 = 2;
const LANES: u32 = 1;

/// The hash of a password, in the PHC string format. Prints as `[hidden]`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PasswordHash(String);

impl std::fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("[hidden]")
    }
}

/// Hashing failed because of the parameters or the machine, never because of the password.
#[derive(Debug, thiserror::Error)]
#[error("the password could not be hashed: {0}")]
pub struct HashError(pub String);

fn argon2id() -> Result<Argon2<'static>, HashError> {
    let params =
        Params::new(MEMORY_KIB, PASSES, LANES, None).map_err(|e| HashError(e.to_string()))?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

impl PasswordHash {
    /// Hashes a password with a new random salt. Takes tens of milliseconds and 19 MiB.
    ///
    /// # Errors
    /// [`HashError`] if there is not enough memory.
    pub fn new(password: &Password, salt: &[u8; 16]) -> Result<Self, HashError> {
        let hash: phc::PasswordHash = argon2id()?
            .hash_password_with_salt(password.as_bytes(), salt)
            .map_err(|error| HashError(error.to_string()))?;
        Ok(Self(hash.to_string()))
    }

    /// A hash that no password matches. Login verifies it for an unknown address, so that the response takes as long as for a
    /// known one.
    ///
    /// # Errors
    /// [`HashError`] if the parameters are invalid.
    pub fn dummy() -> Result<Self, HashError> {
        let params = phc::ParamsString::try_from(argon2id()?.params())
            .map_err(|e| HashError(e.to_string()))?;
        Ok(Self(format!(
            "$argon2id$v=19${params}$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
        )))
    }

    /// Returns true if the password matches. Takes as long as hashing it.
    ///
    /// # Errors
    /// [`HashError`] if the stored hash cannot be parsed.
    pub fn verify(&self, password: &Password) -> Result<bool, HashError> {
        let hash = phc::PasswordHash::new(&self.0).map_err(|error| HashError(error.to_string()))?;
        Ok(argon2id()?.verify_password(password.as_bytes(), &hash).is_ok())
    }

    /// Returns true if its parameters are weaker than the current ones, so that the password should be hashed again.
    pub fn is_outdated(&self) -> bool {
        let Ok(hash) = phc::PasswordHash::new(&self.0) else { return true };
        Params::try_from(&hash).map_or(true, |params| {
            params.m_cost() < MEMORY_KIB || params.t_cost() < PASSES || params.p_cost() < LANES
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn password(text: &str) -> Password {
        Password::parse_existing(text).unwrap()
    }

    #[test]
    fn a_hash_matches_only_its_password() {
        let hash = PasswordHash::new(&password("correct horse"), &[7; 16]).unwrap();
        assert!(hash.0.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{}", hash.0);
        assert!(hash.verify(&password("correct horse")).unwrap());
        assert!(!hash.verify(&password("correct house")).unwrap());
        assert!(!hash.is_outdated());
    }

    #[test]
    fn the_hash_without_a_password_costs_the_same_and_never_matches() {
        let unmatched = PasswordHash::dummy().unwrap();
        assert!(unmatched.0.contains("m=19456,t=2,p=1"), "{}", unmatched.0);
        assert!(!unmatched.verify(&password("anything")).unwrap());
    }

    #[test]
    fn a_weaker_hash_is_outdated() {
        let weak = PasswordHash("$argon2id$v=19$m=4096,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA".to_owned());
        assert!(weak.is_outdated());
    }
}
