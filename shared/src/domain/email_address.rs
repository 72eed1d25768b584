//! The email address of an account.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::limits;

/// An email address. Comparison ignores case. Prints as `[hidden]`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct EmailAddress(String);

impl EmailAddress {
    /// Checks an address: RFC 5321 and 5322 without comments and address literals, at most 254 characters.
    ///
    /// # Errors
    /// A text for the caller that says what is wrong with the address.
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
            // RFC 5322 allows characters in a domain that no host name can have.
            && address.rsplit_once('@').is_some_and(|(_, domain)| ascii_domain(domain).is_some());
        if !is_valid {
            return Err("Enter a valid email address.".to_owned());
        }
        Ok(Self(address.to_owned()))
    }

    /// The address as its owner wrote it.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The form that SES can send to: all ASCII, with the domain encoded as in
    /// [RFC 5891](https://www.rfc-editor.org/rfc/rfc5891). `None` if the part before the `@` is not ASCII, because SES cannot
    /// send to such an address.
    pub fn deliverable(&self) -> Option<String> {
        let form = if self.0.is_ascii() { self.0.clone() } else { self.with_ascii_domain() };
        form.is_ascii().then_some(form)
    }

    fn with_ascii_domain(&self) -> String {
        let (local_part, domain) = self.0.rsplit_once('@').unwrap_or_default();
        format!("{local_part}@{}", ascii_domain(domain).unwrap_or_default())
    }

    /// The form in which addresses are compared: lower case, with the domain in ASCII.
    pub fn folded(&self) -> String {
        self.with_ascii_domain().to_lowercase()
    }
}

impl fmt::Debug for EmailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[hidden]")
    }
}

/// The domain in ASCII, if it can be a host name: letters, digits and hyphens, in labels of at most 63 characters
/// ([RFC 5321, 4.1.2](https://www.rfc-editor.org/rfc/rfc5321#section-4.1.2)).
fn ascii_domain(domain: &str) -> Option<String> {
    idna::domain_to_ascii_strict(domain).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_checked_and_compared_ignoring_case() {
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
