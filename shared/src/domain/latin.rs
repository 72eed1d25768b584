//! Latin letters without accents and strokes, for comparing names and deriving shortcodes.

use icu_normalizer::DecomposingNormalizerBorrowed;

/// Latin letters that do not decompose into a letter and an accent, each with its plain spelling. They are copied from the
/// crate `deunicode`, whose table of all scripts would add half a megabyte to a function.
const LETTERS: &str = "ÆAE ÐD ×x ØO ÞTh ßss æae ðd ÷/ øo þth ĐD đd ĦH ħh ıi ĸk ŁL łl Ŋng ŋNG ŒOE œoe ŦT ŧt ƀb \
    ƁB ƂB ƃb Ƅ6 ƅ6 ƆO ƇC ƈc ƉD ƊD ƋD ƌd ƍd Ǝ3 Ə@ ƐE ƑF ƒf ƓG ƔG ƕhv ƖI ƗI ƘK ƙk ƚl ƛl ƜW ƝN \
    ƞn ƟO ƢOI ƣoi ƤP ƥp ƦYR Ƨ2 ƨ2 ƩSH ƪsh ƫt ƬT ƭt ƮT ƱY ƲV ƳY ƴy ƵZ ƶz ƷZH ƸZH ƹzh ƺzh ƻ2 \
    Ƽ5 ƽ5 ƾts ƿw ǀ| ǁ|| ǂ|= ǃ! ǝ@ ǤG ǥg ǶHV ǷW ȜY ȝy ȠN ȡd ȢOU ȣou ȤZ ȥz ȴl ȵn ȶt ȷj ȸdb ȹqp \
    ȺA ȻC ȼc ȽL ȾT ȿs ɀz Ɂ' ɂ' ɃB ɄU Ʌ^ ɆE ɇe ɈJ ɉj Ɋq ɋq ɌR ɍr ɎY ɏy ẜs ẝs ẞSs ẟd ỺLL ỻll \
    ỼV ỽv ỾY ỿy";

/// The characters of a text in Unicode's compatibility decomposition ([UAX #15](https://www.unicode.org/reports/tr15/)),
/// without accents. Letters that do not decompose, such as `ø`, `ł` or `æ`, become the plain letters in [`LETTERS`].
pub(super) fn plain(text: &str) -> impl Iterator<Item = char> {
    let decomposed = DecomposingNormalizerBorrowed::new_nfkd().normalize(text).into_owned();
    let letters: Vec<char> = decomposed.chars().filter(|c| !is_accent(*c)).collect();
    letters.into_iter().flat_map(without_stroke)
}

fn without_stroke(letter: char) -> impl Iterator<Item = char> {
    let plain = match letter {
        '\u{c0}'..='\u{24f}' | '\u{1e00}'..='\u{1eff}' => {
            LETTERS.split(' ').find_map(|pair| pair.strip_prefix(letter))
        }
        _ => None,
    };
    let unchanged = plain.is_none().then_some(letter);
    plain.unwrap_or_default().chars().chain(unchanged)
}

/// Covers the blocks of combining diacritical marks. Marks of other scripts are letters, not accents.
fn is_accent(mark: char) -> bool {
    matches!(mark, '\u{300}'..='\u{36f}' | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}' | '\u{20d0}'..='\u{20ff}' | '\u{fe20}'..='\u{fe2f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn latin_letters_become_the_same_as_in_deunicode() {
        let (latin, extended) = ('\u{c0}'..='\u{24f}', '\u{1e00}'..='\u{1eff}');
        let alone = |letter: &char| {
            let text = letter.to_string();
            DecomposingNormalizerBorrowed::new_nfkd().normalize(&text) == text
        };
        let letters: Vec<char> = latin.chain(extended).filter(alone).collect();
        assert_eq!(letters.len(), LETTERS.split(' ').count());
        for letter in letters {
            let plain: String = plain(&letter.to_string()).collect();
            assert_eq!(Some(&*plain), deunicode::deunicode_char(letter), "{letter}");
        }
    }

    #[test]
    fn other_scripts_are_only_decomposed() {
        for text in ["Ελλη", "木村", "наташа", "हिन्दी", "😀", "a-b 1"] {
            let decomposed = DecomposingNormalizerBorrowed::new_nfkd().normalize(text);
            assert_eq!(plain(text).collect::<String>(), decomposed);
        }
    }
}
