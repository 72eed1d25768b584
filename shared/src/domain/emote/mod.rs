//! Emotes: every emoji of Unicode, and the shortcodes that people type for them.
//!
//! The data is compiled in as perfect hashes, so lookups need no preparation. Shortcodes that are not in the data are derived
//! from Unicode's names on first use.

use std::{
    borrow::Cow,
    collections::{HashMap, hash_map::Entry},
    fmt,
    ops::Range,
    sync::LazyLock,
};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

use super::{latin, limits};

/// An emoji as Unicode recommends it for interchange: one of the sequences that its `emoji-test.txt` calls fully qualified.
///
/// Stored as the emoji itself, because Unicode never removes a sequence, while shortcodes are a convention that changes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Emote(&'static emojis::Emoji);

impl Emote {
    /// Reads a shortcode, with or without its two colons, or an emoji: fully qualified, minimally qualified or unqualified.
    ///
    /// # Errors
    /// A text for the caller, if the text is neither.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        const INVALID: &str = "is not a known emoji or shortcode";
        if text.len() > limits::internal::EMOTE_BYTES {
            return Err(INVALID);
        }
        let code = text.strip_prefix(':').and_then(|text| text.strip_suffix(':')).unwrap_or(text);
        Self::of_emoji(text).or_else(|| Self::of_shortcode(code)).ok_or(INVALID)
    }

    fn of_emoji(text: &str) -> Option<Self> {
        let is_same = |emoji: &&emojis::Emoji| unqualified(emoji.as_str()).eq(unqualified(text));
        let emoji = emojis::get(text)?;
        if is_same(&emoji) {
            return Some(Self(emoji));
        }
        // The data maps some spellings of couples to the same couple with other skin tones.
        emoji.skin_tones()?.find(is_same).map(Self)
    }

    fn of_shortcode(code: &str) -> Option<Self> {
        if code.len() > limits::internal::EMOTE_BYTES {
            return None;
        }
        let code = code.to_ascii_lowercase();
        if let Some(emoji) = emojis::get_by_shortcode(&code) {
            return Some(Self(emoji));
        }
        // Every derived shortcode has a letter, so a time such as 10:30:45 does not start the derivation.
        let may_be_derived = code.bytes().any(|byte| byte.is_ascii_alphabetic());
        may_be_derived.then(|| SHORTCODES.emotes.get(&*code).copied()).flatten()
    }

    /// The emoji, fully qualified.
    pub fn emoji(self) -> &'static str {
        self.0.as_str()
    }

    /// The canonical shortcode, without colons: the first one that GitHub has for the emoji. An emoji with a skin tone has the
    /// shortcode of the emoji without one, followed by Unicode's names of the tones (`wave_medium_skin_tone`). An emoji without
    /// a shortcode on GitHub uses its own name.
    pub fn shortcode(self) -> &'static str {
        self.0.shortcode().unwrap_or_else(|| SHORTCODES.of(self)[0])
    }

    /// The other shortcodes: those of GitHub, with the tones if the emoji has any, and Unicode's name if no other emoji has the
    /// same name.
    pub fn aliases(self) -> &'static [&'static str] {
        &SHORTCODES.of(self)[1..]
    }

    /// Unicode's name, in English.
    pub fn name(self) -> &'static str {
        self.0.name()
    }

    /// Unicode's name of its group.
    pub fn group(self) -> &'static str {
        match self.0.group() {
            emojis::Group::SmileysAndEmotion => "Smileys & Emotion",
            emojis::Group::PeopleAndBody => "People & Body",
            emojis::Group::AnimalsAndNature => "Animals & Nature",
            emojis::Group::FoodAndDrink => "Food & Drink",
            emojis::Group::TravelAndPlaces => "Travel & Places",
            emojis::Group::Activities => "Activities",
            emojis::Group::Objects => "Objects",
            emojis::Group::Symbols => "Symbols",
            emojis::Group::Flags => "Flags",
        }
    }

    /// All emojis in Unicode's order, each followed by its skin tones.
    pub fn all() -> impl Iterator<Item = Self> {
        emojis::iter().flat_map(|emoji| {
            // The list of tones begins with the emoji without one.
            let plain = emoji.skin_tone().is_none().then_some(emoji);
            plain.into_iter().chain(emoji.skin_tones().into_iter().flatten()).map(Self)
        })
    }

    /// Finds the emojis for which every word of the text begins a word of a shortcode or of the name.
    ///
    /// Emojis with exactly this shortcode come first, then those with a shortcode that begins with it. Within each rank, the
    /// order is Unicode's. An emoji finds itself. A text without a word finds nothing.
    pub fn search(text: &str) -> Vec<Self> {
        let text = text.trim();
        if let Some(emote) = Self::of_emoji(text) {
            return vec![emote];
        }
        let text = without_apostrophes(&text.to_lowercase());
        let words: Vec<&str> = text
            .split(|c: char| c.is_whitespace() || matches!(c, '_' | ':'))
            .filter(|word| !word.is_empty())
            .collect();
        if words.is_empty() {
            return Vec::new();
        }
        let code = words.join("_");
        let mut found: Vec<(Rank, Self)> = Self::all()
            .filter_map(|emote| emote.rank(&words, &code).map(|rank| (rank, emote)))
            .collect();
        found.sort_by_key(|(rank, _)| *rank);
        found.into_iter().map(|(_, emote)| emote).collect()
    }

    fn rank(self, words: &[&str], code: &str) -> Option<Rank> {
        let codes = SHORTCODES.of(self);
        let name = without_apostrophes(&self.name().to_lowercase());
        let is_found = |word: &&str| {
            begins_a_word(&name, word) || codes.iter().any(|code| begins_a_word(code, word))
        };
        if !words.iter().all(is_found) {
            return None;
        }
        Some(if codes.contains(&code) {
            Rank::Equal
        } else if codes.iter().any(|other| other.starts_with(code)) {
            Rank::Prefix
        } else {
            Rank::Words
        })
    }

    /// The same emoji without its skin tone, or `None` if it has no tone.
    fn without_tone(self) -> Option<Self> {
        let has_tone = self.0.skin_tone()? != emojis::SkinTone::Default;
        self.0.with_skin_tone(emojis::SkinTone::Default).filter(|_| has_tone).map(Self)
    }

    /// The skin tones in its name, in the form of a shortcode.
    fn tones(self) -> String {
        let parts = self.name().split([':', ',']);
        parts.filter(|part| part.ends_with("skin tone")).map(slug).collect::<Vec<_>>().join("_")
    }
}

impl fmt::Debug for Emote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Emote({})", self.emoji())
    }
}

/// Serializes as the emoji.
impl Serialize for Emote {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.emoji())
    }
}

impl<'de> Deserialize<'de> for Emote {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let emoji = String::deserialize(deserializer)?;
        Self::of_emoji(&emoji).ok_or_else(|| D::Error::custom("is not an emoji"))
    }
}

/// How closely an emoji matches a search, closest first. The text is a shortcode, the beginning of one, or words of one.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    Equal,
    Prefix,
    Words,
}

/// All shortcodes, in both directions.
struct Shortcodes {
    /// The shortcodes of each emoji, with the canonical one first.
    codes: HashMap<Emote, Vec<&'static str>>,
    /// The emoji of each shortcode.
    emotes: HashMap<&'static str, Emote>,
}

static SHORTCODES: LazyLock<Shortcodes> = LazyLock::new(Shortcodes::derive);

impl Shortcodes {
    fn derive() -> Self {
        let named: Vec<(Emote, String)> =
            Emote::all().map(|emote| (emote, slug(emote.name()))).collect();
        let mut namesakes: HashMap<&str, usize> = HashMap::new();
        for (_, name) in &named {
            *namesakes.entry(name).or_default() += 1;
        }
        let mut derived = Self { codes: HashMap::new(), emotes: HashMap::new() };
        for (emote, name) in &named {
            let mut codes: Vec<Cow<'static, str>> =
                emote.0.shortcodes().map(Cow::Borrowed).collect();
            if let Some(without_tone) = emote.without_tone() {
                let tones = emote.tones();
                let with_tones = |code: &&str| Cow::Owned(format!("{code}_{tones}"));
                codes.extend(derived.of(without_tone).iter().map(with_tones));
            }
            if namesakes[&**name] == 1 && emojis::get_by_shortcode(name).is_none() {
                codes.push(Cow::Owned(name.clone()));
            }
            for code in codes {
                // Leaking is harmless, because the table lives as long as the process.
                let code = match code {
                    Cow::Borrowed(code) => code,
                    Cow::Owned(code) => String::leak(code),
                };
                if let Entry::Vacant(free) = derived.emotes.entry(code) {
                    free.insert(*emote);
                    derived.codes.entry(*emote).or_default().push(code);
                }
            }
        }
        derived
    }

    /// The shortcodes of an emoji. Every emoji has at least one.
    fn of(&self, emote: Emote) -> &[&'static str] {
        &self.codes[&emote]
    }
}

/// The emoji without its presentation selectors (U+FE0F). The spellings of an emoji differ only in those.
fn unqualified(emoji: &str) -> impl Iterator<Item = char> {
    emoji.chars().filter(|c| *c != '\u{fe0f}')
}

/// A name as a shortcode: letters and digits, the words joined by `_`.
fn slug(name: &str) -> String {
    let plain: String = latin::plain(name).filter(|c| !['\'', '’', '.'].contains(c)).collect();
    let plain = plain.to_ascii_lowercase();
    let words = plain.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join("_")
}

fn without_apostrophes(text: &str) -> String {
    text.replace(['\'', '’'], "")
}

fn begins_a_word(text: &str, word: &str) -> bool {
    text.match_indices(word).any(|(at, _)| !text[..at].ends_with(char::is_alphanumeric))
}

/// Replaces the shortcodes in a text with emojis. A shortcode is between two colons. An unknown shortcode stays as typed, and its
/// second colon can begin another one. Code, as Markdown marks it, stays unchanged.
///
/// The result never has more characters than the text. The running time depends only on the length of the text.
pub fn replace_shortcodes(text: &str) -> Cow<'_, str> {
    if !text.contains(':') {
        return Cow::Borrowed(text);
    }
    let mut code_spans = code_spans(text).into_iter().peekable();
    let mut replaced = String::new();
    let (mut at, mut copied) = (0, 0);
    while let Some(offset) = text[at..].find(':') {
        let colon = at + offset;
        while code_spans.next_if(|span| span.end <= colon).is_some() {}
        if let Some(span) = code_spans.peek().filter(|span| span.contains(&colon)) {
            at = span.end;
            continue;
        }
        let length = text[colon + 1..].bytes().take_while(|byte| is_of_shortcode(*byte)).count();
        let end = colon + 1 + length;
        let is_closed = text[end..].starts_with(':');
        match is_closed.then(|| Emote::of_shortcode(&text[colon + 1..end])).flatten() {
            Some(emote) => {
                replaced.push_str(&text[copied..colon]);
                replaced.push_str(emote.emoji());
                copied = end + 1;
                at = copied;
            }
            None => at = end,
        }
    }
    if copied == 0 {
        return Cow::Borrowed(text);
    }
    replaced.push_str(&text[copied..]);
    Cow::Owned(replaced)
}

fn is_of_shortcode(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'+' | b'-')
}

/// Finds code as [CommonMark](https://spec.commonmark.org/0.31.2/#code-spans) defines it: a run of backticks opens code that ends
/// at the next run of the same length. A run without a matching end is text. Closed fences are runs like any other.
fn code_spans(text: &str) -> Vec<Range<usize>> {
    let (mut runs, mut at) = (Vec::new(), 0);
    while let Some(offset) = text[at..].find('`') {
        let start = at + offset;
        at = start + text[start..].bytes().take_while(|byte| *byte == b'`').count();
        runs.push(start..at);
    }
    // Iterates from the end, so that the next run of the same length is known without a search.
    let mut next_of_length: HashMap<usize, usize> = HashMap::new();
    let mut closing: Vec<Option<usize>> = runs
        .iter()
        .enumerate()
        .rev()
        .map(|(index, run)| next_of_length.insert(run.len(), index))
        .collect();
    closing.reverse();
    let (mut spans, mut index) = (Vec::new(), 0);
    while index < runs.len() {
        let last = closing[index];
        spans.extend(last.map(|last| runs[index].start..runs[last].end));
        index = last.unwrap_or(index) + 1;
    }
    spans
}

#[cfg(test)]
mod tests;
