//! The directory of users: how names are compared, searched and ordered.

use std::{collections::BTreeSet, fmt};

use data_encoding::BASE64URL_NOPAD;
use serde::{Deserialize, Serialize};

use super::{Fields, Name, UserId, latin, limits};

/// A user in the directory.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Listed {
    /// The user's id.
    pub user_id: UserId,
    /// The user's name.
    pub name: Name,
}

/// A text in the form in which names are compared: without case, accents and width, each run of spaces as one space, at most
/// [`limits::internal::FOLDED_CHARS`] characters. Letters are equal if they have the same compatibility decomposition in
/// Unicode ([UAX #15](https://www.unicode.org/reports/tr15/)). Letters that do not decompose, such as `ø`, `ł` or `æ`, become
/// the plain letters that they look like.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Folded(String);

/// A user's place in the order of names: by name, and by id if names are equal. As text, it is the cursor of a search.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place(String);

/// A search by the beginning of a name, or of any word in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Search {
    /// The text to find.
    pub text: Folded,
    /// The maximum number of results.
    pub limit: usize,
    /// Returns only users after this place.
    pub after: Option<Place>,
}

/// Separates the name from the id in a place. No name contains it, and it sorts before every character of a name, so a name
/// comes before its longer forms.
const SEPARATOR: char = '\t';

impl Listed {
    /// The user's place in the order of names.
    pub fn place(&self) -> Place {
        let folded = Folded::of(self.name.as_str());
        Place(format!("{}{SEPARATOR}{}", folded.as_str(), self.user_id))
    }
}

impl Folded {
    /// Folds a name or a search text.
    pub fn of(text: &str) -> Self {
        let letters = latin::plain(text).filter(|c| !is_invisible(*c));
        let mut folded = String::new();
        let mut chars = 0;
        for letter in letters.flat_map(char::to_uppercase).flat_map(char::to_lowercase) {
            let letter = match letter {
                '\u{2019}' | '\u{2bc}' => '\'',
                space if space.is_whitespace() => ' ',
                letter => letter,
            };
            let is_doubled = letter == ' ' && (folded.is_empty() || folded.ends_with(' '));
            if !is_doubled && chars < limits::internal::FOLDED_CHARS {
                folded.push(letter);
                chars += 1;
            }
        }
        folded.truncate(folded.trim_end().len());
        if folded.is_empty() {
            // Only accents or invisible characters: compared unchanged.
            folded = text.trim().chars().take(limits::internal::FOLDED_CHARS).collect();
        }
        Self(folded)
    }

    /// The folded text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The first character of the folded text.
    pub fn first(&self) -> &str {
        let end = self.0.char_indices().nth(1).map_or(self.0.len(), |(second, _)| second);
        &self.0[..end]
    }

    /// Returns true if it has no space, so that it can be the beginning of a word.
    pub fn is_word(&self) -> bool {
        !self.0.contains(' ')
    }

    /// Every prefix of every word except the first: `a`, `ad`, `ada` for "Lady Ada". If hyphens or other signs join words, each
    /// part is a word, and so is the whole.
    ///
    /// Returns at most [`limits::internal::PREFIXES`], without the longest ones of a name that has more.
    pub fn prefixes(&self) -> BTreeSet<&str> {
        let offset = |word: &str| word.as_ptr() as usize - self.0.as_ptr() as usize;
        let words = self.0.split(' ').chain(self.0.split(ends_word));
        let further = words.filter(|word| !word.is_empty() && offset(word) > 0);
        let prefixes: BTreeSet<&str> = further
            .flat_map(|word| word.char_indices().map(|(at, c)| &word[..at + c.len_utf8()]))
            .collect();
        let mut by_length: Vec<&str> = prefixes.into_iter().collect();
        by_length.sort_by_key(|prefix| prefix.len());
        by_length.into_iter().take(limits::internal::PREFIXES).collect()
    }
}

impl Place {
    /// The place as text. Texts sort in the order of names.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Reads a place from a cursor.
    ///
    /// # Errors
    /// The cursor is not one that the directory returned.
    pub fn parse(cursor: &str) -> Result<Self, &'static str> {
        const INVALID: &str = "must be a cursor that this list returned";
        let bytes = BASE64URL_NOPAD.decode(cursor.as_bytes()).map_err(|_| INVALID)?;
        let text = String::from_utf8(bytes).map_err(|_| INVALID)?;
        let (name, user_id) = text.split_once(SEPARATOR).ok_or(INVALID)?;
        let is_name = (1..=limits::internal::FOLDED_CHARS).contains(&name.chars().count());
        if !is_name || user_id.parse::<UserId>().is_err() {
            return Err(INVALID);
        }
        Ok(Self(text))
    }
}

/// Formats the place as a cursor, which is opaque to clients.
impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&BASE64URL_NOPAD.encode(self.0.as_bytes()))
    }
}

impl Search {
    /// Reads `q`, `limit` and `cursor`.
    pub fn parse(query: &mut Fields) -> Option<Self> {
        let (default, max) = limits::SEARCH_SIZE;
        let text = query.text("q", |text| {
            let text = text.trim();
            if !(1..=limits::NAME_CHARS).contains(&text.chars().count()) {
                return Err(format!("must have 1 to {} characters", limits::NAME_CHARS));
            }
            Ok(Folded::of(text))
        });
        let limit = query.parameter("limit", (1, max), default);
        let after = query.optional_text("cursor", Place::parse);
        Some(Self { text: text?, limit: usize::try_from(limit?).ok()?, after: after? })
    }
}

/// Joiners, direction marks and selectors. They change how a name is displayed, not how it is typed.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}')
}

/// Spaces, punctuation and symbols.
fn ends_word(c: char) -> bool {
    c.is_ascii_punctuation()
        || c.is_whitespace()
        || matches!(c, '\u{2010}'..='\u{2bff}' | '\u{3000}'..='\u{303f}' | '\u{1f000}'..='\u{1faff}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Timestamp;

    fn fold(text: &str) -> String {
        Folded::of(text).0
    }

    #[test]
    fn names_are_compared_without_case_accents_and_width() {
        for (name, folded) in [
            ("Ada  Lovelace", "ada lovelace"),
            ("ÀÉÎÕÜ", "aeiou"),
            ("A\u{301}da", "ada"),
            ("Øyvind Łukasz", "oyvind lukasz"),
            ("Straße", "strasse"),
            ("ΟΔΟΣ", "οδοσ"),
            ("οδός", "οδοσ"),
            ("Йод", "иод"),
            ("Ａｄａ\u{3000}Ｌ", "ada l"),
            ("İpek ılık", "ipek ilik"),
            ("Nguyễn", "nguyen"),
            ("O’Neil", "o'neil"),
            ("a\u{200d}da", "ada"),
            ("田中", "田中"),
        ] {
            assert_eq!(fold(name), folded, "{name}");
        }
        assert_eq!(fold("ß"), fold("SS"));
    }

    #[test]
    fn folded_names_are_not_empty_and_fit_into_a_key() {
        for name in ["\u{301}", "\u{200d}", "\u{fdfa}", "é"] {
            assert!(!fold(name).is_empty(), "{name:?}");
            assert!(
                fold(&name.repeat(64)).chars().count() <= limits::internal::FOLDED_CHARS,
                "{name:?}"
            );
        }
    }

    #[test]
    fn prefixes_are_those_of_every_word_after_the_first() {
        let of =
            |name| Folded::of(name).prefixes().into_iter().map(str::to_owned).collect::<Vec<_>>();
        assert!(of("Ada").is_empty());
        assert_eq!(of("Lady Ada"), ["a", "ad", "ada"]);
        assert_eq!(of("Jean-Luc O'Ne"), ["l", "lu", "luc", "n", "ne", "o", "o'", "o'n", "o'ne"]);
        assert_eq!(of("🔥Ada"), ["a", "ad", "ada"]);
        let joined = ["a", "al", "al-", "al-f", "al-fi", "f", "fi"];
        assert_eq!(of("Fatima Al-Fi"), joined);
        assert_eq!(of("Ann Ann"), ["a", "an", "ann"]);
    }

    #[test]
    fn prefixes_of_any_name_fit_into_a_transaction() {
        let joined = format!("a b-{}", "c".repeat(60));
        for name in ["a ".repeat(32), format!("a {}", "b".repeat(62)), "ab-".repeat(21), joined] {
            let prefixes = Folded::of(&name).prefixes().len();
            assert!(prefixes <= limits::internal::PREFIXES, "{name}: {prefixes}");
        }
    }

    #[test]
    fn places_sort_by_name_with_shorter_names_first() {
        let place = |name, entropy| {
            let user_id = UserId::new(Timestamp::from_millis(1), entropy);
            Listed { user_id, name: Name::parse(name).unwrap() }.place()
        };
        let places = [
            place("Ada", 1),
            place("ádá", 2),
            place("Ada Lovelace", 0),
            place("Adam", 0),
            place("Bob", 0),
        ];
        assert!(places.is_sorted(), "{places:?}");
        for place in places {
            assert_eq!(Place::parse(&place.to_string()), Ok(place));
        }
    }

    #[test]
    fn a_cursor_that_the_directory_did_not_create_is_rejected() {
        let encoded = |text: &str| BASE64URL_NOPAD.encode(text.as_bytes());
        let id = UserId::new(Timestamp::from_millis(1), 1);
        for cursor in [
            "",
            "x",
            "%%%",
            &encoded("ada"),
            &encoded("ada\tx"),
            &encoded(&format!("\t{id}")),
            &encoded(&format!("{}\t{id}", "x".repeat(65))),
        ] {
            assert!(Place::parse(cursor).is_err(), "{cursor}");
        }
    }
}
