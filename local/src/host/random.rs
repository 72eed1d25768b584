//! Identifiers in the shapes that AWS gives them.

use data_encoding::{BASE32_NOPAD, BASE64URL};
use shared::runtime::entropy;

/// A connection or request id in API Gateway's form: 15 characters and a `=`, which a URL must escape.
pub(crate) fn gateway_id() -> String {
    BASE64URL.encode(&entropy::bytes::<11>())
}

/// An access key id. It cannot be guessed, so a request that names it comes from a function of this stack.
pub(crate) fn access_key() -> String {
    format!("LOCAL{}", BASE32_NOPAD.encode(&entropy::bytes::<20>()))
}

/// A UUID of version 4.
pub(crate) fn uuid() -> String {
    uuid::Builder::from_random_bytes(entropy::bytes()).into_uuid().to_string()
}
