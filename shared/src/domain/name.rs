//! The name of a user.

use serde::{Deserialize, Serialize};

use super::limits;

/// The name that other users see: 1 to 64 characters after trimming, no control characters.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Name(String);

impl Name {
    /// Trims and checks a name.
    ///
    /// # Errors
    /// A text for the caller that says what is wrong with the name.
    pub fn parse(text: &str) -> Result<Self, String> {
        let name = text.trim();
        if name.chars().any(char::is_control) {
            return Err("must not contain control characters".to_owned());
        }
        if !(1..=limits::NAME_CHARS).contains(&name.chars().count()) {
            return Err(format!("must have 1 to {} characters", limits::NAME_CHARS));
        }
        Ok(Self(name.to_owned()))
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_trimmed_and_bounded() {
        assert_eq!(Name::parse("  Ada L. ").unwrap().as_str(), "Ada L.");
        assert!(Name::parse(&"é".repeat(64)).is_ok());
        for bad in ["", "   ", &"x".repeat(65), "a\u{0}b", "a\nb", "a\u{7f}"] {
            assert!(Name::parse(bad).is_err(), "{bad:?}");
        }
    }
}
