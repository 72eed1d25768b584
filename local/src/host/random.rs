//! Random identifiers in the formats that AWS uses.

use data_encoding::{BASE32_NOPAD, BASE64URL};
use shared::runtime::entropy;

/// A connection or request id in API Gateway's format: 15 characters and a `=`, which URLs must escape.
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
