//! Hashes off the event loop: tens of milliseconds of work must not hold up other requests of the local stack.

use crate::{
    domain::{Password, PasswordHash},
    entropy,
    problem::{Code, Problem},
};

/// The hash of a new password.
///
/// # Errors
/// [`Code::Internal`] where the machine refuses.
pub async fn hash(password: &Password) -> Result<PasswordHash, Problem> {
    let password = password.clone();
    aside(move || Ok(PasswordHash::new(&password, &entropy::bytes())?)).await
}

/// Whether a password is right; for an address that nobody has, at the same cost, it never is.
///
/// # Errors
/// As [`hash`].
pub async fn is_right(password: &Password, hash: Option<&PasswordHash>) -> Result<bool, Problem> {
    let (password, hash) = (password.clone(), hash.cloned());
    aside(move || match hash {
        Some(hash) => Ok(hash.verify(&password)?),
        None => {
            PasswordHash::of_nobody()?.verify(&password)?;
            Ok(false)
        }
    })
    .await
}

async fn aside<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Problem> + Send + 'static,
) -> Result<T, Problem> {
    // It fails where the work panicked.
    tokio::task::spawn_blocking(work).await.unwrap_or_else(|_| Err(Problem::new(Code::Internal)))
}
