//! The rules for passwords, after [NIST SP 800-63B](https://pages.nist.gov/800-63-4/sp800-63b.html): a minimum length, no
//! composition rules, and no common passwords.

use std::fmt;

use super::{EmailAddress, Name, limits};

mod common;

/// A password as typed. Prints as `[hidden]`.
#[derive(Clone, PartialEq, Eq)]
pub struct Password(String);

impl Password {
    /// Checks a new password for an account with this address and name, if they are known.
    ///
    /// # Errors
    /// A text for the caller that says what is wrong with the password.
    pub fn parse(
        text: &str,
        email: Option<&EmailAddress>,
        name: Option<&Name>,
    ) -> Result<Self, String> {
        let (min, max) = (limits::PASSWORD_MIN_CHARS, limits::PASSWORD_MAX_CHARS);
        let count = text.chars().count();
        if count < min {
            return Err(format!("Use at least {min} characters."));
        }
        if count > max {
            return Err(format!("must have at most {max} characters"));
        }
        if common::is_common(text) || common::is_common(&text.to_lowercase()) {
            return Err("must not be one of the most common passwords".to_owned());
        }
        let password = Self(text.to_owned());
        password.check_differs_from(email, name)?;
        Ok(password)
    }

    /// Checks that a new password is not the account's address or name, if they are known.
    ///
    /// # Errors
    /// A text for the caller, if the password is one of the two.
    pub fn check_differs_from(
        &self,
        email: Option<&EmailAddress>,
        name: Option<&Name>,
    ) -> Result<(), String> {
        let folded = self.0.trim().to_lowercase();
        let address = email.map(EmailAddress::folded);
        let local_part = address.as_deref().and_then(|address| address.rsplit_once('@'));
        let is_own = address.as_deref() == Some(&*folded)
            || local_part.is_some_and(|(local_part, _)| local_part == folded)
            || name.is_some_and(|name| name.as_str().to_lowercase() == folded);
        match is_own {
            true => Err("Don't use your name or email as your password.".to_owned()),
            false => Ok(()),
        }
    }

    /// Parses an existing password, to compare it with the stored hash. Accepts any text that an earlier version may have
    /// accepted.
    ///
    /// # Errors
    /// A text for the caller, if the text is empty or longer than any password.
    pub fn parse_existing(text: &str) -> Result<Self, String> {
        if text.is_empty() {
            return Err("Enter your password.".to_owned());
        }
        if text.chars().count() > limits::PASSWORD_MAX_CHARS {
            return Err(format!("must have at most {} characters", limits::PASSWORD_MAX_CHARS));
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
    fn length_matters_and_composition_does_not() {
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
    fn common_passwords_and_the_own_name_and_address_are_rejected() {
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
