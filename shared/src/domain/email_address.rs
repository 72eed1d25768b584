//! The email address of an account.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::limits;

/// A mail address, compared without regard to case. Prints as `[hidden]`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct EmailAddress(String);

impl EmailAddress {
    /// Checks an address: RFC 5321 and 5322 without comments and address literals, at most 254 characters.
    ///
    /// # Errors
    /// Says what is wrong with it.
    pub fn parse(text: &str) -> Result<Self, String> {
        let options = email_address::Options::default()
            .with_minimum_sub_domains(2)
            .without_display_text()
            .without_domain_literal();
        let address = text.trim();
        if address.len() > limits::EMAIL_CHARS {
            return Err(format!("must have at most {} characters", limits::EMAIL_CHARS));
        }
        let is_valid = !address.chars().any(char::is_control)
            && email_address::EmailAddress::parse_with_options(address, options).is_ok()
            // RFC 5322 lets signs into a domain that no host's name has.
            && address.rsplit_once('@').is_some_and(|(_, domain)| ascii_domain(domain).is_some());
        if !is_valid {
            return Err("is not a valid address".to_owned());
        }
        Ok(Self(address.to_owned()))
    }

    /// The address as its owner wrote it.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The form in which SES sends mail to it: all in ASCII, a domain by
    /// [RFC 5891](https://www.rfc-editor.org/rfc/rfc5891). `None` where the part before it is not: SES has no way to
    /// write to such an address.
    pub fn deliverable(&self) -> Option<String> {
        let form = if self.0.is_ascii() { self.0.clone() } else { self.with_ascii_domain() };
        form.is_ascii().then_some(form)
    }

    fn with_ascii_domain(&self) -> String {
        let (local_part, domain) = self.0.rsplit_once('@').unwrap_or_default();
        format!("{local_part}@{}", ascii_domain(domain).unwrap_or_default())
    }

    /// The form in which addresses are compared: without regard to case, and to how a domain is written.
    pub fn folded(&self) -> String {
        self.with_ascii_domain().to_lowercase()
    }
}

impl fmt::Debug for EmailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[hidden]")
    }
}

/// A domain in ASCII, if it can be a host's: letters, digits and hyphens, labels of at most 63 characters
/// ([RFC 5321, 4.1.2](https://www.rfc-editor.org/rfc/rfc5321#section-4.1.2)).
fn ascii_domain(domain: &str) -> Option<String> {
    idna::domain_to_ascii_strict(domain).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_checked_and_compared_without_case() {
        for (address, folded) in [
            ("Ada@Example.COM", "ada@example.com"),
            ("ada@BÜCHER.example", "ada@xn--bcher-kva.example"),
            ("ada@xn--bcher-kva.example", "ada@xn--bcher-kva.example"),
        ] {
            assert_eq!(EmailAddress::parse(address).unwrap().folded(), folded);
        }
        let long = format!("a@{}.com", "b".repeat(250));
        for bad in [
            "",
            "ada",
            "ada@",
            "@x.com",
            "a b@x.com",
            "a@b",
            "a@b..com",
            "Ada <a@b.com>",
            "a@[127.0.0.1]",
            "a@b_c.com",
            "a@b.c/d",
            "a\n@b.com",
            &long,
        ] {
            assert!(EmailAddress::parse(bad).is_err(), "{bad:?}");
        }
        assert_eq!(format!("{:?}", EmailAddress::parse("ada@example.com").unwrap()), "[hidden]");
    }
}
