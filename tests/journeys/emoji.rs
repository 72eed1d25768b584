//! All emojis of Unicode, in messages and reactions.

use std::collections::BTreeMap;

use futures::{StreamExt as _, stream};

use crate::support::{Chat, Status, unicode_emojis};

/// The number of different emojis that a message may have.
const ON_A_MESSAGE: usize = 20;

/// The number of messages that get reactions concurrently.
const AT_ONCE: usize = 4;

/// Reactions within 10 s of the stack's clock. Together with their messages, they stay below a sender's limit.
const IN_A_WINDOW: usize = 800;

/// Every spelling of an emoji gives the same reaction, and its shortcode becomes the emoji.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "five thousand reactions take several minutes"]
async fn every_emoji_of_unicode_is_one_reaction_in_every_spelling() {
    let chat = Chat::with_parameters(&[("EntriesPerSender", "1000")]).await;
    let (alice, _bob, conversation) = chat.pair().await;
    let emotes = alice.get("/api/emotes").await.expect(200);
    let shortcodes: BTreeMap<&str, &str> = emotes["emotes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|emote| (emote["emoji"].as_str().unwrap(), emote["shortcode"].as_str().unwrap()))
        .collect();

    // Each fully qualified sequence with its other spellings, which follow it in the file.
    let mut spellings: Vec<(String, Vec<String>)> = Vec::new();
    for (status, emoji) in unicode_emojis() {
        match status {
            Status::FullyQualified => spellings.push((emoji, Vec::new())),
            _ => {
                spellings.last_mut().expect("a fully qualified sequence comes first").1.push(emoji)
            }
        }
    }
    assert!(spellings.len() > 3_000, "{} sequences", spellings.len());

    // In messages: the typed text, and what its shortcodes become.
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
    assert_eq!(reactions, spellings.len() as u64, "one reaction for all spellings of an emoji");
}
