//! The title of a group.

use serde::{Deserialize, Serialize};

use super::limits;

/// The title of a group: 1 to 100 characters after trimming, no control characters.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Title(String);

impl Title {
    /// Trims and checks a title.
    ///
    /// # Errors
    /// A text for the caller that says what is wrong with the title.
    pub fn parse(text: &str) -> Result<Self, String> {
        let title = text.trim();
        if title.chars().any(char::is_control) {
            return Err("must not contain control characters".to_owned());
        }
        if !(1..=limits::TITLE_CHARS).contains(&title.chars().count()) {
            return Err(format!("must have 1 to {} characters", limits::TITLE_CHARS));
        }
        Ok(Self(title.to_owned()))
    }
}
