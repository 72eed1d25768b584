//! Emotes: every emoji of Unicode, and the shortcodes that people type for them.
//!
//! What the data's perfect hashes answer costs nothing up front. Shortcodes that the data lack are derived from Unicode's names
//! when the first of them is asked for.

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
/// Kept as the emoji itself: Unicode never takes a sequence back, while shortcodes are a custom that changes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Emote(&'static emojis::Emoji);

impl Emote {
    /// Reads a shortcode, with its two colons or without, or an emoji, fully, minimally or not qualified.
    ///
    /// # Errors
    /// Says so where it is neither.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        const INVALID: &str = "is not an emote";
        if text.len() > limits::internal::EMOTE_BYTES {
            return Err(INVALID);
        }
        let code = text.strip_prefix(':').and_then(|text| text.strip_suffix(':')).unwrap_or(text);
        Self::of_emoji(text).or_else(|| Self::of_shortcode(code)).ok_or(INVALID)
    }

    fn of_emoji(text: &str) -> Option<Self> {
        let is_meant = |emoji: &&emojis::Emoji| unqualified(emoji.as_str()).eq(unqualified(text));
        let emoji = emojis::get(text)?;
        if is_meant(&emoji) {
            return Some(Self(emoji));
        }
        // The data take some spellings of couples for the same couple with other skin tones.
        emoji.skin_tones()?.find(is_meant).map(Self)
    }

    fn of_shortcode(code: &str) -> Option<Self> {
        if code.len() > limits::internal::EMOTE_BYTES {
            return None;
        }
        let code = code.to_ascii_lowercase();
        if let Some(emoji) = emojis::get_by_shortcode(&code) {
            return Some(Self(emoji));
        }
        // None that is derived is without letters: for a time such as 10:30:45 nothing is.
        let may_be_derived = code.bytes().any(|byte| byte.is_ascii_alphabetic());
        may_be_derived.then(|| SHORTCODES.emotes.get(&*code).copied()).flatten()
    }

    /// The emoji, fully qualified.
    pub fn emoji(self) -> &'static str {
        self.0.as_str()
    }

    /// The shortcode, without colons: the first that GitHub has for it. A skin tone has that of the emoji without one,
    /// followed by Unicode's names of the tones (`wave_medium_skin_tone`); what GitHub has none for, its own name.
    pub fn shortcode(self) -> &'static str {
        self.0.shortcode().unwrap_or_else(|| SHORTCODES.of(self)[0])
    }

    /// Further shortcodes: the others of GitHub's, with the tones where it has some, and Unicode's name where no other
    /// emote is called so.
    pub fn aliases(self) -> &'static [&'static str] {
        &SHORTCODES.of(self)[1..]
    }

    /// The name that Unicode's data give it, in English.
    pub fn name(self) -> &'static str {
        self.0.name()
    }

    /// The group that it is in, by Unicode's name.
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

    /// All of them in Unicode's order, each followed by its skin tones.
    pub fn all() -> impl Iterator<Item = Self> {
        emojis::iter().flat_map(|emoji| {
            // The tones begin with the emoji that has none.
            let alone = emoji.skin_tone().is_none().then_some(emoji);
            alone.into_iter().chain(emoji.skin_tones().into_iter().flatten()).map(Self)
        })
    }

    /// Those in which every word of a text begins a word of a shortcode or of the name. What the text is a shortcode of comes
    /// first, then that of which a shortcode begins so, and each in Unicode's order. An emoji finds itself; a text without a
    /// word finds nothing.
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
        let mut found: Vec<(Nearness, Self)> = Self::all()
            .filter_map(|emote| emote.nearness(&words, &code).map(|nearness| (nearness, emote)))
            .collect();
        found.sort_by_key(|(nearness, _)| *nearness);
        found.into_iter().map(|(_, emote)| emote).collect()
    }

    fn nearness(self, words: &[&str], code: &str) -> Option<Nearness> {
        let codes = SHORTCODES.of(self);
        let name = without_apostrophes(&self.name().to_lowercase());
        let is_found = |word: &&str| {
            begins_a_word(&name, word) || codes.iter().any(|code| begins_a_word(code, word))
        };
        if !words.iter().all(is_found) {
            return None;
        }
        Some(if codes.contains(&code) {
            Nearness::Is
        } else if codes.iter().any(|other| other.starts_with(code)) {
            Nearness::Begins
        } else {
            Nearness::Has
        })
    }

    /// The same without a skin tone; of one that has none, nothing.
    fn toneless(self) -> Option<Self> {
        let has_tone = self.0.skin_tone()? != emojis::SkinTone::Default;
        self.0.with_skin_tone(emojis::SkinTone::Default).filter(|_| has_tone).map(Self)
    }

    /// What its name says of skin tones, as a shortcode says it.
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

/// As the emoji.
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

/// How near a search is to what it found.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Nearness {
    Is,
    Begins,
    Has,
}

/// All shortcodes.
struct Shortcodes {
    /// Of each emote, the canonical one first.
    codes: HashMap<Emote, Vec<&'static str>>,
    /// And back.
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
            if let Some(toneless) = emote.toneless() {
                let tones = emote.tones();
                let with_tones = |code: &&str| Cow::Owned(format!("{code}_{tones}"));
                codes.extend(derived.of(toneless).iter().map(with_tones));
            }
            if namesakes[&**name] == 1 && emojis::get_by_shortcode(name).is_none() {
                codes.push(Cow::Owned(name.clone()));
            }
            for code in codes {
                // They live as long as the process, as the table does.
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

    /// The shortcodes of an emote: every one has at least one.
    fn of(&self, emote: Emote) -> &[&'static str] {
        &self.codes[&emote]
    }
}

/// An emoji without the selectors that ask for its colours: all that its spellings differ in.
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

/// The text with its shortcodes as emojis. A shortcode stands between two colons; what is not known stays as it was typed, and
/// its second colon may be the first of another. Nothing is replaced in code, as Markdown writes it.
///
/// Never longer in characters than it was. The time that it takes grows with the length and with nothing else.
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

/// Code as [CommonMark](https://spec.commonmark.org/0.31.2/#code-spans) has it: a run of backticks closes at the next run of as
/// many; one that nothing closes is text. Fences that are closed are runs like any other.
fn code_spans(text: &str) -> Vec<Range<usize>> {
    let (mut runs, mut at) = (Vec::new(), 0);
    while let Some(offset) = text[at..].find('`') {
        let start = at + offset;
        at = start + text[start..].bytes().take_while(|byte| *byte == b'`').count();
        runs.push(start..at);
    }
    // From the end, so that the next run of a length is known without a search.
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
