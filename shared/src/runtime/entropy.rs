//! The only code that reads the operating system's randomness. The domain gets it as an argument.

/// `N` random bytes.
///
/// # Panics
/// If the operating system has no entropy, because no secret would be safe.
#[expect(clippy::expect_used, reason = "a machine without entropy must not hand out secrets")]
pub fn bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).expect("the operating system has entropy");
    bytes
}

/// A random number of 128 bits.
pub fn number() -> u128 {
    u128::from_le_bytes(bytes())
}

/// A random number of 64 bits.
pub fn short() -> u64 {
    u64::from_le_bytes(bytes())
}
