//! The text of a message.

use serde::{Deserialize, Serialize};

use super::{emote::replace_shortcodes, limits};

/// The text of a message: 1 to 4,000 characters, at least one of them visible, with shortcodes replaced by emojis.
///
/// `Debug` prints `[hidden]`, so that no log shows what people say.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Content(String);

impl Content {
    /// Checks a text as typed, then replaces its shortcodes with emojis. This never makes a text longer, so the limit holds
    /// for both forms.
    ///
    /// # Errors
    /// A text for the caller that says what is wrong with the text.
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
        Ok(Self(replace_shortcodes(text).into_owned()))
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
    fn content_is_limited_in_characters_and_stored_unchanged() {
        let family = "👩‍👩‍👧 says\n\thi ";
        assert_eq!(Content::parse(family).unwrap().as_str(), family);
        assert!(Content::parse(&"😀".repeat(4_000)).is_ok());
        for bad in ["", " \n", "\u{0}", "a\u{1b}[31m", &"a".repeat(4_001)] {
            assert!(Content::parse(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn shortcodes_are_replaced_in_typed_text_but_not_in_stored_text() {
        assert_eq!(Content::parse(":tada: `:tada:`").unwrap().as_str(), "🎉 `:tada:`");
        let stored: Content = serde_json::from_str(r#"":tada:""#).unwrap();
        assert_eq!(stored.as_str(), ":tada:");
        assert_eq!(serde_json::to_string(&stored).unwrap(), r#"":tada:""#);
    }

    #[test]
    fn the_limit_applies_to_the_typed_text() {
        let full = format!("{}:tada:", "a".repeat(3_994));
        assert_eq!(Content::parse(&full).unwrap().as_str().chars().count(), 3_995);
        assert!(Content::parse(&format!("a{full}")).is_err());
    }
}
