//! Entropy, and identifiers in the shapes that AWS gives them.

use data_encoding::{BASE32_NOPAD, BASE64URL};

/// Bytes from the operating system.
///
/// # Panics
/// If the system has no entropy to give: nothing of the stack could run then.
pub(crate) fn bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).expect("the operating system gives entropy");
    bytes
}

/// A connection or request id as API Gateway makes them: 15 characters and a `=`, which a URL has to escape.
pub(crate) fn gateway_id() -> String {
    BASE64URL.encode(&bytes::<11>())
}

/// An access key id. Nobody can guess it, so a request that names it comes from a function of this stack.
pub(crate) fn access_key() -> String {
    format!("LOCAL{}", BASE32_NOPAD.encode(&bytes::<20>()))
}

/// A UUID of version 4.
pub(crate) fn uuid() -> String {
    uuid::Builder::from_random_bytes(bytes()).into_uuid().to_string()
}
