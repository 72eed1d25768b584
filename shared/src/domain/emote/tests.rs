//! Compares emotes with Unicode's own list of emojis, and tests shortcodes in texts.

use std::collections::HashSet;

use super::*;

#[expect(unreachable_pub, reason = "the tests of the whole stack use this file too")]
#[path = "../../../../tests/support/unicode.rs"]
mod unicode;

use unicode::{Status, UNICODE_VERSION, unicode_emojis};

fn emote(text: &str) -> Emote {
    Emote::parse(text).unwrap_or_else(|_| panic!("{text:?}"))
}

fn found(text: &str) -> Vec<&'static str> {
    Emote::search(text).into_iter().map(Emote::shortcode).collect()
}

#[test]
fn derived_shortcodes_have_the_spelling_of_deunicode() {
    for emote in Emote::all() {
        let plain = deunicode::deunicode(emote.name()).to_ascii_lowercase();
        let plain = plain.replace(['\'', '.'], "");
        let words = plain.split(|c: char| !c.is_ascii_alphanumeric());
        let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
        assert_eq!(slug(emote.name()), words.join("_"), "{emote:?}");
    }
}

#[test]
fn every_spelling_in_unicode_is_exactly_one_emoji() {
    let (mut fully_qualified, mut others) = (Vec::new(), Vec::new());
    for (status, text) in unicode_emojis() {
        let emote = emote(&text);
        if status == Status::FullyQualified {
            assert_eq!(emote.emoji(), text);
            fully_qualified.push(text);
        } else {
            assert!(unqualified(emote.emoji()).eq(unqualified(&text)), "{text} is not {emote:?}");
            others.push(text);
        }
    }
    let bare: HashSet<String> =
        fully_qualified.iter().map(|text| unqualified(text).collect()).collect();
    assert_eq!(bare.len(), fully_qualified.len(), "no two emojis share a spelling");
    assert!(fully_qualified.len() > 3_900, "{}", fully_qualified.len());
    assert!(others.len() > 1_200, "{}", others.len());
}

#[test]
fn every_emoji_is_in_unicodes_list_or_newer() {
    let all: Vec<Emote> = Emote::all().collect();
    let listed: Vec<String> = unicode_emojis()
        .into_iter()
        .filter_map(|(status, text)| (status == Status::FullyQualified).then_some(text))
        .collect();
    let (major, minor) = UNICODE_VERSION;
    let version = emojis::EmojiVersion::new(major, minor);
    let (old, new): (Vec<&Emote>, Vec<&Emote>) =
        all.iter().partition(|emote| emote.0.emoji_version() <= version);
    let set = |emotes: &[&Emote]| emotes.iter().map(|emote| emote.emoji()).collect::<HashSet<_>>();
    assert_eq!(set(&old), listed.iter().map(String::as_str).collect());
    assert_eq!((old.len(), all.len()), (listed.len(), listed.len() + new.len()));
    for emote in new {
        assert_eq!(super::tests::emote(&unqualified(emote.emoji()).collect::<String>()), *emote);
    }

    // Unicode lists a few pairs of tones later. All other emojis are in Unicode's order.
    let without_tone = |text: &&str| !text.contains(|c| ('\u{1f3fb}'..='\u{1f3ff}').contains(&c));
    let ours: Vec<&str> = old.iter().map(|emote| emote.emoji()).filter(without_tone).collect();
    let theirs: Vec<&str> = listed.iter().map(String::as_str).filter(without_tone).collect();
    assert_eq!(ours, theirs);
}

#[test]
fn every_shortcode_belongs_to_one_emoji_and_is_parsed_as_it() {
    let mut taken = HashSet::new();
    for emote in Emote::all() {
        let mut shortest = usize::MAX;
        for code in [emote.shortcode()].iter().chain(emote.aliases()) {
            assert!(taken.insert(*code), "{code}");
            assert!(code.bytes().all(is_of_shortcode) && *code == code.to_lowercase(), "{code}");
            let with_colons = format!(":{code}:");
            assert!(with_colons.len() <= limits::internal::EMOTE_BYTES, "{code}");
            for text in [code, &*with_colons, &code.to_uppercase()] {
                assert_eq!(Emote::parse(text), Ok(emote), "{text}");
            }
            assert_eq!(replace_shortcodes(&with_colons), emote.emoji());
            shortest = shortest.min(with_colons.chars().count());
        }
        assert!(emote.emoji().len() <= limits::internal::EMOTE_BYTES);
        assert!(emote.emoji().chars().count() <= shortest, "{emote:?} makes a text longer");
        assert_eq!(SHORTCODES.of(emote)[0], emote.shortcode());
        if let Some(without_tone) = emote.without_tone() {
            let expected = format!("{}_{}", without_tone.shortcode(), emote.tones());
            assert_eq!(emote.shortcode(), expected);
        }
    }
    let longest = taken.iter().map(|code| code.len() + 2).max();
    assert_eq!(longest, Some(78), "as documented in `limits`");
    assert!(taken.len() > 6_000, "{}", taken.len());
}

#[test]
fn shortcodes_are_githubs_or_else_unicodes_names() {
    for (emoji, shortcode, aliases) in [
        ("🎉", "tada", &["party_popper"][..]),
        ("👍", "+1", &["thumbsup", "thumbs_up"]),
        ("👍🏽", "+1_medium_skin_tone", &["thumbsup_medium_skin_tone", "thumbs_up_medium_skin_tone"]),
        ("👋🏽", "wave_medium_skin_tone", &["waving_hand_medium_skin_tone"]),
        ("🫱🏻‍🫲🏿", "handshake_light_skin_tone_dark_skin_tone", &[]),
        ("🧔🏻", "bearded_person_light_skin_tone", &["person_light_skin_tone_beard"]),
        ("🐈", "cat2", &[]),
        ("🐱", "cat", &["cat_face"]),
        ("🐦‍🔥", "phoenix", &[]),
        ("🇨🇶", "flag_sark", &[]),
        ("🇨🇮", "cote_divoire", &["flag_cote_divoire"]),
        ("🇻🇮", "us_virgin_islands", &["flag_us_virgin_islands"]),
        ("#️⃣", "hash", &[]),
    ] {
        let emote = emote(emoji);
        assert_eq!(emote.shortcode(), shortcode);
        let missing: Vec<_> =
            aliases.iter().filter(|alias| !emote.aliases().contains(alias)).collect();
        assert!(missing.is_empty(), "{emoji}: {:?}", emote.aliases());
    }
    assert_eq!(emote("kiss"), emote("💋"), "GitHub's shortcode, not the name of 💏");
    assert_eq!(emote("tada").group(), "Activities");
    assert_eq!(emote("tada").name(), "party popper");
    assert_eq!(format!("{:?}", emote("tada")), "Emote(🎉)");
}

#[test]
fn other_texts_are_rejected() {
    for text in [
        "",
        " ",
        ":",
        "::",
        ":::",
        ":tada",
        "tada:",
        "::tada::",
        " tada",
        "tada ",
        "ta da",
        "🎉🎉",
        "🎉 ",
        "a🎉",
        "#",
        "1",
        "1\u{fe0f}",
        "\u{200d}",
        "\u{fe0f}",
        "🏽",
        "🎉🏽",
        "nothing_of_ours",
        "keycap",
        "\u{0}",
        "tada\u{0}",
        "ＴＡＤＡ",
        &":tada:".repeat(30),
        &"a".repeat(10_000),
    ] {
        assert_eq!(Emote::parse(text), Err("is not a known emoji or shortcode"), "{text:?}");
    }
}

#[test]
fn an_emote_is_stored_as_its_emoji() {
    let json = serde_json::to_string(&emote("heart")).unwrap();
    assert_eq!(json, "\"❤\u{fe0f}\"");
    assert_eq!(serde_json::from_str::<Emote>(&json).unwrap(), emote("heart"));
    assert_eq!(serde_json::from_str::<Emote>("\"\u{2764}\"").unwrap(), emote("heart"));
    for bad in ["\"heart\"", "\"\"", "\"x\"", "1"] {
        assert!(serde_json::from_str::<Emote>(bad).is_err(), "{bad}");
    }
}

#[test]
fn a_search_matches_the_beginnings_of_words_with_the_closest_first() {
    for (text, first) in [
        ("tada", &["tada"][..]),
        (":tada:", &["tada"]),
        ("TADA", &["tada"]),
        ("party popper", &["tada"]),
        ("popper", &["tada"]),
        ("pop part", &["tada"]),
        ("🎉", &["tada"]),
        ("\u{2764}", &["heart"]),
        ("+1", &["+1", "+1_light_skin_tone"]),
        ("heart", &["heart", "heart_eyes"]),
        ("red heart", &["heart"]),
        ("piñata", &["pinata"]),
        ("women's", &["womens"]),
        ("women’s", &["womens"]),
        ("o'clock", &["clock12"]),
        ("rex", &["t-rex"]),
        ("wave dark", &["wave_dark_skin_tone"]),
    ] {
        let found = found(text);
        assert!(found.starts_with(first), "{text}: {found:?}");
    }
    for nothing in ["", " ", ":", "_", "ada", "tada tada2", "\u{10ffff}", "🎉🎉"] {
        assert!(found(nothing).is_empty(), "{nothing}: {:?}", found(nothing));
    }
    let hearts = found("heart");
    let place = |code| hearts.iter().position(|found| *found == code);
    assert!(place("hearts") < place("yellow_heart") && place("hearts").is_some(), "{hearts:?}");
}

#[test]
fn shortcodes_in_a_text_are_replaced_with_emojis() {
    for (text, replaced) in [
        (":tada:", "🎉"),
        ("a :tada: b :+1:!", "a 🎉 b 👍!"),
        (":TaDa:", "🎉"),
        (":tada::tada:", "🎉🎉"),
        ("::tada::", ":🎉:"),
        (":nothing:tada:", ":nothing🎉"),
        (":tada:tada:", "🎉tada:"),
        (":a:b:", "🅰️b:"),
        (":wave_medium_skin_tone:", "👋🏽"),
        (":non-potable_water:", "🚱"),
        ("é:tada:é", "é🎉é"),
        ("http://x:80:tada:", "http://x:80🎉"),
        ("``:tada:", "``🎉"),
        ("`a` :tada: `b`", "`a` 🎉 `b`"),
        ("```\n:tada:\n``` :tada:", "```\n:tada:\n``` 🎉"),
        ("`:tada:` ``:tada:", "`:tada:` ``🎉"),
        ("``` `:tada:`", "``` `:tada:`"),
        ("`` a`:tada:`b `` :tada:", "`` a`:tada:`b `` 🎉"),
        ("` :tada: `` :tada:", "` 🎉 `` 🎉"),
        (":ta`x`da: :tada:", ":ta`x`da: 🎉"),
    ] {
        assert_eq!(replace_shortcodes(text), replaced, "{text}");
    }
    let unchanged = [
        "",
        "tada",
        ":",
        "::::",
        "10:30:45",
        "http://localhost:8080/a:b",
        ":nothing_of_ours:",
        ": tada:",
        ":tada :",
        ":ta da:",
        ":tadá:",
        ":🎉:",
        "`:tada:`",
        "std::fmt::Debug",
    ];
    for text in unchanged {
        assert!(matches!(replace_shortcodes(text), Cow::Borrowed(same) if same == text), "{text}");
    }
}

/// Each run of backticks is visited once, and its end is known without a search. A hostile text has no more spans than runs, and
/// no two spans overlap.
#[test]
fn hostile_texts_are_parsed_in_one_pass() {
    let growing: String = (1..90).map(|length| format!("{} ", "`".repeat(length))).collect();
    for (text, spans) in [
        ("`".repeat(4_000), 0),
        ("` ".repeat(2_000), 1_000),
        ("`` ` ".repeat(800), 533),
        (growing, 0),
    ] {
        let found = code_spans(&text);
        assert_eq!(found.len(), spans);
        assert!(found.is_sorted_by(|one, next| one.end <= next.start));
        assert_eq!(replace_shortcodes(&text), text);
    }
    for text in [":".repeat(4_000), ":a".repeat(2_000), ":+".repeat(2_000)] {
        assert!(replace_shortcodes(&text).chars().count() <= text.len());
    }
    let longest = format!(":{}:", "a".repeat(3_998));
    assert_eq!(replace_shortcodes(&longest), longest);
}
