//! All that people can type of Unicode's emoji, through messages and reactions.

use std::collections::BTreeMap;

use futures::{StreamExt as _, stream};

use crate::support::{Chat, Status, unicode_emojis};

/// Different emotes that a message may have.
const ON_A_MESSAGE: usize = 20;

/// Messages that are reacted to at once.
const AT_ONCE: usize = 4;

/// Emotes within 10 s, by the stack's clock: with their messages less than a sender may add.
const IN_A_WINDOW: usize = 800;

/// Every spelling of every emoji comes back as one emote, and a shortcode as its emoji.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "five thousand reactions take minutes"]
async fn every_emoji_of_unicode_is_one_reaction_however_it_is_spelled() {
    let chat = Chat::with_parameters(&[("EntriesPerSender", "1000")]).await;
    let (alice, _bob, conversation) = chat.pair().await;
    let emotes = alice.get("/api/emotes").await.expect(200);
    let shortcodes: BTreeMap<&str, &str> = emotes["emotes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|emote| (emote["emoji"].as_str().unwrap(), emote["shortcode"].as_str().unwrap()))
        .collect();

    // Each fully qualified sequence with the other spellings of it that follow in the file.
    let mut spellings: Vec<(String, Vec<String>)> = Vec::new();
    for (status, emoji) in unicode_emojis() {
        match status {
            Status::FullyQualified => spellings.push((emoji, Vec::new())),
            _ => spellings.last_mut().expect("it follows its sequence").1.push(emoji),
        }
    }
    assert!(spellings.len() > 3_000, "{} sequences", spellings.len());

    // As text: what was typed, and what its shortcode became.
    for some in spellings.chunks(40) {
        let typed = some.iter().map(|(emoji, _)| format!("{emoji} :{}:", shortcodes[&**emoji]));
        let became = some.iter().map(|(emoji, _)| format!("{emoji} {emoji}"));
        let message = alice.says(&conversation, &typed.collect::<Vec<_>>().join("\n")).await;
        assert_eq!(message["content"], became.collect::<Vec<_>>().join("\n"));
    }

    let reacts_with = async |some: &[(String, Vec<String>)]| {
        let seq = alice.says(&conversation, "What do you think?").await["seq"].as_u64().unwrap();
        for (emoji, others) in some {
            for spelling in std::iter::once(emoji).chain(others) {
                let answer = alice.reacts(&conversation, seq, spelling).await.expect(200);
                let reactions = answer["message"]["reactions"].as_array().unwrap();
                let reaction = reactions.last().unwrap();
                assert_eq!(reaction["emoji"], **emoji, "{spelling}");
                assert_eq!(
                    (reaction["count"].as_u64(), &reaction["emote"]),
                    (Some(1), &shortcodes[&**emoji].into())
                );
            }
        }
    };
    for some in spellings.chunks(IN_A_WINDOW) {
        chat.advance(11);
        stream::iter(some.chunks(ON_A_MESSAGE)).for_each_concurrent(AT_ONCE, &reacts_with).await;
    }
    let reactions: u64 = alice
        .log(&conversation)
        .await
        .iter()
        .filter(|entry| entry["type"] == "reaction_added")
        .count() as u64;
    assert_eq!(reactions, spellings.len() as u64, "one for each, however it was spelled");
}
