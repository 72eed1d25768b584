//! The text of a message.

use serde::{Deserialize, Serialize};

use super::limits;

/// The text of a message: 1 to 4,000 characters, of which at least one is visible.
///
/// Not printed by `Debug`: no log may show what people say.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Content(String);

impl Content {
    /// Checks a text.
    ///
    /// # Errors
    /// Says what is wrong with it.
    pub fn parse(text: &str) -> Result<Self, String> {
        if !(1..=limits::CONTENT_CHARS).contains(&text.chars().count()) {
            return Err(format!("must have 1 to {} characters", limits::CONTENT_CHARS));
        }
        if text.trim().is_empty() {
            return Err("must not be blank".to_owned());
        }
        if text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t')) {
            return Err(
                "must not contain control characters other than tabs and line breaks".to_owned()
            );
        }
        Ok(Self(text.to_owned()))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Content {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("[hidden]")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_counts_characters_and_keeps_them() {
        let family = "👩‍👩‍👧 says\n\thi ";
        assert_eq!(Content::parse(family).unwrap().as_str(), family);
        assert!(Content::parse(&"😀".repeat(4_000)).is_ok());
        for bad in ["", " \n", "\u{0}", "a\u{1b}[31m", &"a".repeat(4_001)] {
            assert!(Content::parse(bad).is_err(), "{bad:?}");
        }
    }
}
