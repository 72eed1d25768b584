//! TEMPORARY: replaced by the emotes branch.
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
/// t
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Emote(&'static str);
const ALL: [(&str, &str); 2] = [("tada", "🎉"), ("+1", "👍")];
impl Emote {
    /// t
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        let bare = text.trim_matches(':');
        ALL.iter()
            .find(|(s, e)| *s == bare || *e == text)
            .map(|(_, e)| Self(e))
            .ok_or("is not an emote")
    }
    /// t
    pub fn emoji(self) -> &'static str {
        self.0
    }
    /// t
    pub fn shortcode(self) -> &'static str {
        ALL.iter().find(|(_, e)| *e == self.0).map_or("", |(s, _)| s)
    }
}
impl Serialize for Emote {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(self.0)
    }
}
impl<'de> Deserialize<'de> for Emote {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        Self::parse(&String::deserialize(d)?).map_err(de::Error::custom)
    }
}
