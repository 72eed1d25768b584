//! Which passwords are accepted ([NIST SP 800-63B](https://pages.nist.gov/800-63-4/sp800-63b.html): length, no composition rules, no common ones).

use std::fmt;

use super::{EmailAddress, Name, limits};

mod common;

/// A password as somebody typed it. Prints as `[hidden]`.
#[derive(Clone, PartialEq, Eq)]
pub struct Password(String);

impl Password {
    /// Checks a new password for an account with this address and name, where they are known.
    ///
    /// # Errors
    /// Says what is wrong with it.
    pub fn parse(
        text: &str,
        email: Option<&EmailAddress>,
        name: Option<&Name>,
    ) -> Result<Self, String> {
        let (least, most) = (limits::PASSWORD_MIN_CHARS, limits::PASSWORD_MAX_CHARS);
        if !(least..=most).contains(&text.chars().count()) {
            return Err(format!("must have {least} to {most} characters"));
        }
        if common::is_common(text) || common::is_common(&text.to_lowercase()) {
            return Err("is one of the most common passwords".to_owned());
        }
        let password = Self(text.to_owned());
        password.suits(email, name)?;
        Ok(password)
    }

    /// Whether a new password suits the account with this address and name, where they are known.
    ///
    /// # Errors
    /// Says so where it is one of the two.
    pub fn suits(&self, email: Option<&EmailAddress>, name: Option<&Name>) -> Result<(), String> {
        let folded = self.0.trim().to_lowercase();
        let address = email.map(EmailAddress::folded);
        let local_part = address.as_deref().and_then(|address| address.rsplit_once('@'));
        let is_own = address.as_deref() == Some(&*folded)
            || local_part.is_some_and(|(local_part, _)| local_part == folded)
            || name.is_some_and(|name| name.as_str().to_lowercase() == folded);
        if is_own { Err("must not be the address or the name".to_owned()) } else { Ok(()) }
    }

    /// Takes a password to be compared with the stored one: any text that may once have been accepted.
    ///
    /// # Errors
    /// Says so where it is longer than any password.
    pub fn to_compare(text: &str) -> Result<Self, String> {
        if text.is_empty() || text.chars().count() > limits::PASSWORD_MAX_CHARS {
            return Err(format!("must have 1 to {} characters", limits::PASSWORD_MAX_CHARS));
        }
        Ok(Self(text.to_owned()))
    }

    pub(super) fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[hidden]")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn length_counts_and_composition_does_not() {
        for good in [
            "correct horse battery",
            "ελληνικά λόγια",
            "        x",
            &"😀".repeat(128),
            &"ab".repeat(64),
        ] {
            assert!(Password::parse(good, None, None).is_ok(), "{good}");
        }
        for bad in ["", "seven77", &"ab".repeat(65)] {
            assert!(Password::parse(bad, None, None).is_err(), "{bad}");
        }
    }

    #[test]
    fn common_ones_and_ones_own_are_refused() {
        let email = EmailAddress::parse("Ada.Lovelace@example.com").unwrap();
        let name = Name::parse("Ada Lovelace").unwrap();
        for bad in [
            "password",
            "Password1",
            "12345678",
            "qwertyuiop",
            "iloveyou",
            "ada.lovelace@example.com",
            "ada.lovelace",
            "ADA LOVELACE",
        ] {
            assert!(Password::parse(bad, Some(&email), Some(&name)).is_err(), "{bad}");
        }
    }
}
