//! Password resets: a token that is never in the table, and a limit on emails.
//!
//! A token is derived from a random id, with a key that is not in the table either. So the id can wait in the outbox until the
//! email is written, and neither the table nor its stream nor a backup discloses a token (I7).

use std::{fmt, str::FromStr, time::Duration};

use data_encoding::{BASE64URL_NOPAD, HEXLOWER};
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::{Timestamp, UserId, id::InvalidId, limits};

/// The 128 random bits that a token is derived from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ResetId([u8; 16]);

/// A token that resets a password once: 256 bits, URL-safe as text. Prints as `[hidden]`.
#[derive(Clone, PartialEq, Eq)]
pub struct ResetToken([u8; 32]);

/// The digest of a token. The table stores only this.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TokenDigest(String);

/// The reset that a token allows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reset {
    /// The user whose password it resets. For an unknown address, a user who does not exist.
    pub user_id: UserId,
    /// The version of the credential that it replaces. Any other change of the password invalidates the token.
    pub version: u64,
    /// When the token expires.
    pub ends_at: Timestamp,
}

/// The reset requests for one address, known or unknown, in the window that the first of them opened.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ResetWindow {
    /// The newest token, unless it was used. No other token is valid.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub newest: Option<TokenDigest>,
    /// The number of emails within the window.
    #[serde(default)]
    pub mails: u32,
    /// When the window closes, in milliseconds since 1970.
    #[serde(default)]
    pub ends_at_ms: u64,
}

impl ResetId {
    /// The id with these random bits.
    pub fn new(entropy: [u8; 16]) -> Self {
        Self(entropy)
    }
}

impl ResetToken {
    /// Derives the token of an id with a key: HMAC-SHA-256 ([RFC 2104](https://www.rfc-editor.org/rfc/rfc2104)).
    pub fn derive(key: &[u8], id: ResetId) -> Self {
        // The fallback never runs: HMAC accepts a key of any length.
        let mac = Hmac::<Sha256>::new_from_slice(key).map(|mac| mac.chain_update(id.0));
        Self(mac.map_or([0; 32], |mac| mac.finalize().into_bytes().into()))
    }

    /// The token as text, for the link.
    pub fn expose(&self) -> String {
        BASE64URL_NOPAD.encode(&self.0)
    }

    /// The digest of the token, for the table.
    pub fn digest(&self) -> TokenDigest {
        TokenDigest(HEXLOWER.encode(&Sha256::digest(self.0)))
    }
}

/// Parses the token that a client sends.
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
    /// The window after a request for another token; `None` if it allows no further email.
    pub fn after_request(&self, newest: TokenDigest, now: Timestamp) -> Option<Self> {
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

    /// When the row can be deleted: the window is closed, and its last token has expired.
    pub fn expires_at(&self) -> Timestamp {
        Timestamp::from_millis(self.ends_at_ms) + limits::RESET_LIFE + Duration::from_secs(60)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(byte: u8) -> ResetToken {
        ResetToken::derive(b"key", ResetId::new([byte; 16]))
    }

    /// The expected token was computed with Python's `hmac`.
    #[test]
    fn a_token_is_the_hmac_of_its_id() {
        assert_eq!(token(7).expose(), "-pfjYefT0TGL7m2eoQB0s9EQEUqZlOmLvPuEFew175Y");
        assert_ne!(token(7), token(8));
        assert_ne!(token(7), ResetToken::derive(b"other", ResetId::new([7; 16])));
    }

    #[test]
    fn only_a_valid_token_is_parsed() {
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
    fn a_window_allows_three_emails_and_a_new_one_starts_after_an_hour() {
        let now = Timestamp::from_secs(1_000);
        let digest = || token(7).digest();
        let mut window = ResetWindow::default();
        for mails in 1..=3 {
            window = window.after_request(digest(), now).unwrap();
            assert_eq!(window.mails, mails);
        }
        assert_eq!(window.after_request(digest(), now + Duration::from_secs(3_599)), None);
        let later = window.after_request(digest(), now + Duration::from_secs(3_600)).unwrap();
        assert_eq!(later.mails, 1);
    }
}
