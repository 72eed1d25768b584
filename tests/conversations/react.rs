//! `PUT` and `DELETE /api/conversations/{id}/messages/{seq}/reactions/{emote}`

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::Chat;

#[tokio::test(flavor = "multi_thread")]
async fn every_spelling_of_an_emoji_is_the_same_reaction() {
    let chat = Chat::start().await;
    let (alice, bob, conversation) = chat.pair().await;
    let mut bobs = bob.comes_online().await;
    alice.says(&conversation, "hi").await;
    for spelling in ["heart", ":heart:", "HEART", "❤️", "❤"] {
        let answer = alice.reacts(&conversation, 1, spelling).await.expect(200);
        let reactions = json!([{ "emote": "heart", "emoji": "❤️", "count": 1, "mine": true, "user_ids": [alice.id] }]);
        assert_eq!(answer["message"]["reactions"], reactions, "{spelling}");
    }
    bob.reacts(&conversation, 1, "heart").await.expect(200);
    let reactions = &alice.messages(&conversation).await[0]["reactions"];
    assert_eq!(reactions[0]["count"], 2);
    assert_eq!(reactions[0]["user_ids"], json!([alice.id, bob.id]));
    bobs.hears("entry").await;
    let pushed = bobs.hears("entry").await["data"].clone();
    assert_eq!((&pushed["type"], &pushed["emote"]), (&json!("reaction_added"), &json!("heart")));
    assert_eq!((&pushed["target_seq"], &pushed["sender_id"]), (&json!(1), &json!(alice.id)));

    for _ in 0..2 {
        let answer = alice.unreacts(&conversation, 1, "❤").await.expect(200);
        assert_eq!(answer["message"]["reactions"][0]["user_ids"], json!([bob.id]));
        assert_eq!(answer["message"]["reactions"][0]["mine"], false);
    }
    let types: Vec<Value> =
        bob.log(&conversation).await.iter().map(|entry| entry["type"].clone()).collect();
    assert_eq!(types, ["message", "reaction_added", "reaction_added", "reaction_removed"]);
}

#[tokio::test]
async fn a_message_has_at_most_twenty_different_emoji() {
    let chat = Chat::start().await;
    let (alice, bob, conversation) = chat.pair().await;
    alice.says(&conversation, "hi").await;
    let emojis = alice.finds_emojis(21).await;
    for emoji in &emojis[..20] {
        alice.reacts(&conversation, 1, emoji).await.expect(200);
    }
    let answer = bob.reacts(&conversation, 1, &emojis[20]).await;
    answer.rejects(400, "invalid_request");
    assert_eq!(answer.pointers(), ["/emote"]);
    bob.reacts(&conversation, 1, &emojis[0]).await.expect(200);
    alice.unreacts(&conversation, 1, &emojis[5]).await.expect(200);
    bob.reacts(&conversation, 1, &emojis[20]).await.expect(200);
}

#[tokio::test]
async fn an_unknown_emoji_is_rejected() {
    let chat = Chat::start().await;
    let (alice, _bob, conversation) = chat.pair().await;
    alice.says(&conversation, "hi").await;
    let long = "tada".repeat(500);
    for emote in ["tadaa", ":tada", "🎉🎉", "🎉 ", "x🎉", "\u{fe0f}", "\u{0}", "<b>", &long]
    {
        for answer in [
            alice.reacts(&conversation, 1, emote).await,
            alice.unreacts(&conversation, 1, emote).await,
        ] {
            answer.rejects(400, "invalid_request");
            assert_eq!(answer.pointers(), ["/emote"], "{emote}");
        }
    }
    let path = format!("/api/conversations/{conversation}/messages/1/reactions");
    for path in [format!("{path}/tada/more"), path] {
        alice.call(Method::PUT, &path, None).await.rejects(404, "not_found");
    }
    assert_eq!(alice.log(&conversation).await.len(), 1);
}

#[tokio::test]
async fn members_react_to_existing_messages() {
    let chat = Chat::start().await;
    let (alice, bob, conversation) = chat.pair().await;
    let carol = chat.joins("Carol").await;
    alice.says(&conversation, "hi").await;
    carol.reacts(&conversation, 1, "tada").await.rejects(404, "not_found");
    carol.unreacts(&conversation, 1, "tada").await.rejects(404, "not_found");
    bob.reacts(&conversation, 2, "tada").await.rejects(404, "not_found");
    alice.deletes_message(&conversation, 1).await.expect(200);
    bob.reacts(&conversation, 1, "tada").await.rejects(409, "message_deleted");
    bob.unreacts(&conversation, 1, "tada").await.expect(200);
    assert_eq!(bob.log(&conversation).await.len(), 2);
}

/// Messages, edits and reactions all count.
#[tokio::test]
async fn a_sender_can_add_thirty_entries_of_any_kind_within_ten_seconds() {
    let chat = Chat::start().await;
    let (alice, bob, conversation) = chat.pair().await;
    alice.says(&conversation, "hi").await;
    for n in 0..14 {
        alice.edits(&conversation, 1, &format!("text {n}")).await.expect(200);
    }
    for _ in 0..7 {
        alice.reacts(&conversation, 1, "tada").await.expect(200);
        alice.unreacts(&conversation, 1, "tada").await.expect(200);
    }
    alice.reacts(&conversation, 1, "tada").await.expect(200);
    for answer in [
        alice.unreacts(&conversation, 1, "tada").await,
        alice.edits(&conversation, 1, "ho").await,
        alice.deletes_message(&conversation, 1).await,
    ] {
        answer.rejects(429, "too_many_messages");
    }
    bob.reacts(&conversation, 1, "tada").await.expect(200);
    chat.advance(10);
    alice.unreacts(&conversation, 1, "tada").await.expect(200);
}

/// A page of messages is full even if many other entries are between the messages.
#[tokio::test]
async fn pages_of_messages_skip_other_entries() {
    let chat = Chat::for_many_messages().await;
    let (alice, bob, conversation) = chat.pair().await;
    let mut seqs = Vec::new();
    for n in 0..7 {
        let seq = alice.says(&conversation, &format!("message {n}")).await["seq"].as_u64().unwrap();
        seqs.push(seq);
        for _ in 0..4 {
            bob.reacts(&conversation, seqs[0], "tada").await.expect(200);
            bob.unreacts(&conversation, seqs[0], "tada").await.expect(200);
        }
    }
    let page = async |query: &str| {
        let path = format!("/api/conversations/{conversation}/messages?limit=3{query}");
        let page = bob.get(&path).await.expect(200);
        let messages = page["messages"].as_array().unwrap().iter();
        let seqs: Vec<u64> = messages.map(|message| message["seq"].as_u64().unwrap()).collect();
        assert_eq!(page["head_seq"], 63);
        (seqs, page["has_more"].as_bool().unwrap())
    };
    assert_eq!(page("").await, (seqs[4..].to_vec(), true));
    let before = |seq: u64| format!("&before={seq}");
    assert_eq!(page(&before(seqs[4])).await, (seqs[1..4].to_vec(), true));
    assert_eq!(page(&before(seqs[1])).await, (seqs[..1].to_vec(), false));
    assert_eq!(page(&before(1)).await, (vec![], false));
    assert_eq!(page("&after=0").await, (seqs[..3].to_vec(), true));
    let after = |seq: u64| format!("&after={seq}");
    assert_eq!(page(&after(seqs[2])).await, (seqs[3..6].to_vec(), true));
    assert_eq!(page(&after(seqs[5])).await, (seqs[6..].to_vec(), false));
    assert_eq!(page(&after(seqs[6])).await, (vec![], false));
    assert_eq!(page(&after(1_000)).await, (vec![], false));
}

#[tokio::test(flavor = "multi_thread")]
async fn concurrent_reactions_count_each_user_once_and_show_the_first_ten() {
    let chat = Chat::start().await;
    let alice = chat.joins("Alice").await;
    let names: Vec<String> = (0..12).map(|n| format!("User{n}")).collect();
    let others = futures::future::join_all(names.iter().map(|name| chat.joins(name))).await;
    let group = alice.creates_group("Harbour", &others.iter().collect::<Vec<_>>()).await;
    alice.says(&group, "hi").await;
    // Each user reacts twice at the same time. The second reaction finds the first.
    let twice = others.iter().chain(&others).map(|other| other.reacts(&group, 1, "tada"));
    for answer in futures::future::join_all(twice).await {
        answer.expect(200);
    }
    let log = alice.log(&group).await;
    assert_eq!(log.len(), 13, "one entry for each user");
    let in_order: Vec<&Value> = log[1..].iter().map(|entry| &entry["sender_id"]).collect();
    let last = others.iter().find(|other| in_order[11] == other.id.as_str()).unwrap();
    for (reader, is_mine) in [(&alice, false), (last, true)] {
        let reaction = &reader.messages(&group).await[0]["reactions"][0];
        assert_eq!((&reaction["count"], &reaction["mine"]), (&json!(12), &json!(is_mine)));
        let shown: Vec<&Value> = reaction["user_ids"].as_array().unwrap().iter().collect();
        assert_eq!(shown, in_order[..10]);
    }
}
