//! The most common passwords, which are rejected. They are those of the `passwords` crate (3.1.19, MIT) with at least 8
//! characters, because shorter ones are rejected anyway. The crate's own table is an array of 100,000 texts. It would take 4.7 MB
//! of a binary, and the loader would relocate 100,000 addresses at each start.

/// One password a line, sorted by bytes.
static LINES: &[u8] = include_bytes!("common.txt");

/// Returns true if exactly this text is one of them.
pub(super) fn is_common(text: &str) -> bool {
    let is_end = |byte: &u8| *byte == b'\n';
    // `low` and `high` are each at the beginning of a line or at the end of the text.
    let (mut low, mut high) = (0, LINES.len());
    while low < high {
        let middle = low + (high - low) / 2;
        let start =
            LINES[low..middle].iter().rposition(is_end).map_or(low, |before| low + before + 1);
        let end = LINES[start..].iter().position(is_end).map_or(high, |length| start + length);
        match text.as_bytes().cmp(&LINES[start..end]) {
            std::cmp::Ordering::Less => high = start,
            std::cmp::Ordering::Equal => return true,
            std::cmp::Ordering::Greater => low = end + 1,
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::limits;

    fn lines() -> Vec<&'static str> {
        std::str::from_utf8(LINES).unwrap().lines().collect()
    }

    #[test]
    fn each_listed_password_is_found() {
        let lines = lines();
        assert_eq!(lines.len(), 47_324);
        assert!(lines.is_sorted());
        for line in lines {
            assert!(line.chars().count() >= limits::PASSWORD_MIN_CHARS, "{line}");
            assert!(is_common(line), "{line}");
        }
    }

    #[test]
    fn similar_texts_are_not_found() {
        for line in lines() {
            for near in [format!("{line}\n"), format!("{line}\0"), format!("\0{line}")] {
                assert!(!is_common(&near), "{near:?}");
            }
        }
        assert!(!is_common(""));
        assert!(!is_common("password\npassword"));
        assert!(!is_common("correct horse battery"));
    }
}
