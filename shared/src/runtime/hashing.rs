//! Hashes passwords on blocking threads, because tens of milliseconds of work must not block other requests of the local stack.

use super::entropy;
use crate::domain::{Password, PasswordHash, password_hash::HashError};

/// Hashes a new password.
///
/// # Errors
/// [`HashError`]
pub async fn hash(password: &Password) -> Result<PasswordHash, HashError> {
    let password = password.clone();
    run_blocking(move || PasswordHash::new(&password, &entropy::bytes())).await
}

/// Verifies a password. `hash` is `None` for an unknown address: the work is the same, and the result is false (I8).
///
/// # Errors
/// [`HashError`]
pub async fn verify(password: &Password, hash: Option<&PasswordHash>) -> Result<bool, HashError> {
    let (password, hash) = (password.clone(), hash.cloned());
    run_blocking(move || match hash {
        Some(hash) => hash.verify(&password),
        None => {
            PasswordHash::dummy()?.verify(&password)?;
            Ok(false)
        }
    })
    .await
}

async fn run_blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, HashError> + Send + 'static,
) -> Result<T, HashError> {
    tokio::task::spawn_blocking(work)
        .await
        .unwrap_or_else(|_| Err(HashError("the thread panicked".to_owned())))
}
