//! Resetting a password: a token that the table never holds, and how often one is mailed.
//!
//! A token is derived from a random id under a key that the table does not hold either. So the id may wait in the outbox for whoever
//! writes the mail: neither the table nor its stream nor a backup of it gives a token away (I7).

use std::{fmt, str::FromStr, time::Duration};

use data_encoding::{BASE64URL_NOPAD, HEXLOWER};
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::{Timestamp, UserId, id::InvalidId, limits};

/// What a token is derived from: 128 random bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ResetId([u8; 16]);

/// A token that resets a password once: 256 bits, URL-safe as text. Prints as `[hidden]`.
#[derive(Clone, PartialEq, Eq)]
pub struct ResetToken([u8; 32]);

/// The digest of a token: what the table knows it by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TokenDigest(String);

/// What a token is good for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reset {
    /// Whose password. For an address that nobody has, somebody who does not exist.
    pub user_id: UserId,
    /// The credential that it replaces: whatever changed the password since voids it.
    pub version: u64,
    /// When it ends.
    pub ends_at: Timestamp,
}

/// What was asked for an address, known or not alike, within the window that the first of it opened.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ResetWindow {
    /// The newest token, if it was not used: the only one that holds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub newest: Option<TokenDigest>,
    /// Mails within the window.
    #[serde(default)]
    pub mails: u32,
    /// When the window closes, in milliseconds since 1970.
    #[serde(default)]
    pub ends_at_ms: u64,
}

impl ResetId {
    /// An id of these random bits.
    pub fn new(entropy: [u8; 16]) -> Self {
        Self(entropy)
    }
}

impl ResetToken {
    /// The token that belongs to an id under a key: HMAC-SHA-256 ([RFC 2104](https://www.rfc-editor.org/rfc/rfc2104)).
    pub fn derive(key: &[u8], id: ResetId) -> Self {
        // HMAC takes a key of any length: the fallback never runs.
        let mac = Hmac::<Sha256>::new_from_slice(key).map(|mac| mac.chain_update(id.0));
        Self(mac.map_or([0; 32], |mac| mac.finalize().into_bytes().into()))
    }

    /// The token as a link carries it.
    pub fn expose(&self) -> String {
        BASE64URL_NOPAD.encode(&self.0)
    }

    /// What the table knows it by.
    pub fn digest(&self) -> TokenDigest {
        TokenDigest(HEXLOWER.encode(&Sha256::digest(self.0)))
    }
}

/// Reads what a client shows.
impl FromStr for ResetToken {
    type Err = InvalidId;

    fn from_str(text: &str) -> Result<Self, InvalidId> {
        let bytes = BASE64URL_NOPAD.decode(text.as_bytes()).map_err(|_| InvalidId)?;
        bytes.try_into().map(Self).map_err(|_| InvalidId)
    }
}

impl fmt::Debug for ResetToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[hidden]")
    }
}

impl TokenDigest {
    /// The digest in hexadecimal digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<ResetId> for String {
    fn from(id: ResetId) -> Self {
        BASE64URL_NOPAD.encode(&id.0)
    }
}

impl TryFrom<String> for ResetId {
    type Error = InvalidId;

    fn try_from(text: String) -> Result<Self, InvalidId> {
        let bytes = BASE64URL_NOPAD.decode(text.as_bytes()).map_err(|_| InvalidId)?;
        bytes.try_into().map(Self).map_err(|_| InvalidId)
    }
}

impl ResetWindow {
    /// What holds once another token was asked for; `None` where so many mails were sent that none is now.
    pub fn again(&self, newest: TokenDigest, now: Timestamp) -> Option<Self> {
        let is_open = Timestamp::from_millis(self.ends_at_ms) > now;
        let mails = if is_open { self.mails } else { 0 };
        let ends_at_ms = match is_open {
            true => self.ends_at_ms,
            false => (now + limits::RESET_EMAILS.window).as_millis(),
        };
        (mails < limits::RESET_EMAILS.count).then_some(Self {
            newest: Some(newest),
            mails: mails + 1,
            ends_at_ms,
        })
    }

    /// When nothing of it matters any more.
    pub fn forgotten_at(&self) -> Timestamp {
        Timestamp::from_millis(self.ends_at_ms) + limits::RESET_LIFE + Duration::from_secs(60)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(byte: u8) -> ResetToken {
        ResetToken::derive(b"key", ResetId::new([byte; 16]))
    }

    /// Computed with Python's `hmac`.
    #[test]
    fn a_token_is_the_hmac_of_its_id() {
        assert_eq!(token(7).expose(), "-pfjYefT0TGL7m2eoQB0s9EQEUqZlOmLvPuEFew175Y");
        assert_ne!(token(7), token(8));
        assert_ne!(token(7), ResetToken::derive(b"other", ResetId::new([7; 16])));
    }

    #[test]
    fn a_token_is_read_back_and_nothing_else_is_one() {
        let text = token(7).expose();
        assert_eq!(text.len(), 43);
        assert_eq!(text.parse(), Ok(token(7)));
        let longer = format!("{text}A");
        let last_bits = format!("{}B", &text[..42]);
        for bad in ["", "x", &text[..42], &longer, &last_bits, "????", &format!("{text}=")] {
            assert_eq!(bad.parse::<ResetToken>(), Err(InvalidId), "{bad}");
        }
        assert_eq!(format!("{:?}", token(7)), "[hidden]");
        assert!(!token(7).digest().as_str().contains(&text));
    }

    #[test]
    fn three_mails_an_hour_and_then_none_until_the_window_closes() {
        let now = Timestamp::from_secs(1_000);
        let digest = || token(7).digest();
        let mut asked = ResetWindow::default();
        for mails in 1..=3 {
            asked = asked.again(digest(), now).unwrap();
            assert_eq!(asked.mails, mails);
        }
        assert_eq!(asked.again(digest(), now + Duration::from_secs(3_599)), None);
        let later = asked.again(digest(), now + Duration::from_secs(3_600)).unwrap();
        assert_eq!(later.mails, 1);
    }
}
