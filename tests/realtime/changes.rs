//! `edit`, `delete`, `react`, `unreact`, and a `send` that replies to a message: the same behaviour and codes as over HTTP.

use serde_json::{Value, json};

use crate::support::{Answer, Chat, Person, Socket, client_id};

fn keys(value: &Value) -> Vec<&str> {
    value.as_object().unwrap().keys().map(String::as_str).collect()
}

/// The members that every entry has, and the given ones, sorted.
fn with_common<'a>(further: &[&'a str]) -> Vec<&'a str> {
    let mut keys = vec!["conversation_id", "created_at", "sender_id", "seq", "type"];
    keys.extend(further);
    keys.sort_unstable();
    keys
}

#[tokio::test(flavor = "multi_thread")]
async fn the_reply_to_a_change_has_the_message_and_all_others_get_a_push() {
    let chat = Chat::start().await;
    let (alice, bob, conversation) = chat.pair().await;
    let mut alices = alice.comes_online().await;
    let (mut phone, mut bobs) = (alice.comes_online().await, bob.comes_online().await);
    bob.says(&conversation, "a question").await;
    alices.hears("entry").await;
    let send = json!({ "conversation_id": conversation, "client_id": client_id(chat.now()), "content": "hi", "reply_to": 1 });
    let sent = alices.asks("send", send).await.unwrap();
    assert_eq!((&sent["message"]["reply_to"], &sent["duplicate"]), (&json!(1), &json!(false)));
    bob.reacts(&conversation, 2, "heart").await.expect(200);
    assert_eq!(alices.hears("entry").await["data"]["type"], "reaction_added");
    for socket in [&mut phone, &mut bobs] {
        for _ in 0..3 {
            socket.hears("entry").await;
        }
    }

    let at = |more: Value| {
        let mut members = json!({ "conversation_id": conversation, "seq": 2 });
        members.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        members
    };
    let cases = [
        ("edit", at(json!({ "content": "ho" })), "edit", vec!["target_seq", "message"]),
        ("react", at(json!({ "emote": "🎉" })), "reaction_added", vec!["target_seq", "emote"]),
        (
            "unreact",
            at(json!({ "emote": "tada" })),
            "reaction_removed",
            vec!["target_seq", "emote"],
        ),
        ("delete", at(json!({})), "delete", vec!["target_seq", "message"]),
    ];
    for (action, members, kind, further) in cases {
        let reply = alices.asks(action, members).await.unwrap();
        assert_eq!(keys(&reply), ["message"], "{action}");
        assert_eq!(reply["message"]["deleted"], action == "delete");
        for (socket, is_mine) in [(&mut phone, false), (&mut bobs, true)] {
            let event = socket.hears("entry").await;
            let entry = &event["data"];
            assert_eq!((&entry["type"], &entry["target_seq"]), (&json!(kind), &json!(2)));
            assert_eq!(keys(entry), with_common(&further));
            if action == "edit" {
                let reaction = &entry["message"]["reactions"][0];
                assert_eq!(reaction["mine"], is_mine, "as the reader sees it");
            }
        }
    }
    assert!(
        alices.has_heard("entry").await.is_empty(),
        "the requesting socket gets only the reply"
    );
    let log = bob.log(&conversation).await;
    let types: Vec<&Value> = log.iter().skip(3).map(|entry| &entry["type"]).collect();
    assert_eq!(types, ["edit", "reaction_added", "reaction_removed", "delete"]);
}

/// Sends a frame and the equivalent HTTP request.
async fn both(
    person: &Person<'_>,
    socket: &mut Socket,
    action: &str,
    conversation: &str,
    seq: u64,
    text: &str,
) -> (Answer, Value) {
    let over_http = match action {
        "edit" => person.edits(conversation, seq, text).await,
        "delete" => person.deletes_message(conversation, seq).await,
        "react" => person.reacts(conversation, seq, text).await,
        _ => person.unreacts(conversation, seq, text).await,
    };
    let frame =
        json!({ "conversation_id": conversation, "seq": seq, "content": text, "emote": text });
    (over_http, socket.asks(action, frame).await.expect_err("rejected"))
}

#[tokio::test(flavor = "multi_thread")]
async fn errors_are_the_same_over_http_and_on_a_socket() {
    let chat = Chat::start().await;
    let (alice, bob, conversation) = chat.pair().await;
    let eve = chat.joins("Eve").await;
    for content in ["one", "two", "three"] {
        alice.says(&conversation, content).await;
    }
    alice.deletes_message(&conversation, 2).await.expect(200);
    let (mut alices, mut bobs, mut eves) =
        (alice.comes_online().await, bob.comes_online().await, eve.comes_online().await);
    let long = "x".repeat(4_001);
    let cases = [
        ("edit", &bob, 1, "ho", 403, "forbidden"),
        ("delete", &bob, 1, "", 403, "forbidden"),
        ("edit", &alice, 2, "ho", 409, "message_deleted"),
        ("react", &bob, 2, "tada", 409, "message_deleted"),
        ("edit", &alice, 4, "ho", 404, "not_found"),
        ("delete", &alice, 4, "", 404, "not_found"),
        ("react", &bob, 4, "tada", 404, "not_found"),
        ("unreact", &bob, 5, "tada", 404, "not_found"),
        ("edit", &eve, 1, "ho", 404, "not_found"),
        ("delete", &eve, 1, "", 404, "not_found"),
        ("react", &eve, 1, "tada", 404, "not_found"),
        ("unreact", &eve, 1, "tada", 404, "not_found"),
        ("edit", &alice, 1, " ", 400, "invalid_request"),
        ("edit", &alice, 1, &long, 400, "invalid_request"),
        ("react", &bob, 1, "tadaa", 400, "invalid_request"),
        ("unreact", &bob, 1, "🎉🎉", 400, "invalid_request"),
    ];
    let before = alice.log(&conversation).await;
    for (action, person, seq, text, status, code) in cases {
        let socket = match &*person.id {
            id if id == alice.id => &mut alices,
            id if id == bob.id => &mut bobs,
            _ => &mut eves,
        };
        let (over_http, frame) = both(person, socket, action, &conversation, seq, text).await;
        over_http.rejects(status, code);
        assert_eq!((&frame["status"], &frame["code"]), (&json!(status), &json!(code)), "{action}");
        assert_eq!(frame["detail"], over_http.body["detail"]);
    }
    // A reply must name a message of this conversation.
    let elsewhere = alice.talks_to(&eve).await;
    for reply_to in [4, 5, 1_000_000] {
        for conversation in [&conversation, &elsewhere] {
            let send = json!({ "conversation_id": conversation, "client_id": client_id(chat.now()), "content": "hi", "reply_to": reply_to });
            let rejected = alices.asks("send", send).await.unwrap_err();
            assert_eq!(
                (&rejected["status"], &rejected["code"]),
                (&json!(400), &json!("invalid_request"))
            );
            assert_eq!(rejected["errors"][0]["pointer"], "/reply_to");
        }
    }
    assert_eq!(alice.log(&conversation).await, before, "nothing was added");
}

/// As over HTTP, an admin of the group may delete any message, and a deleted message has no reactions to remove.
#[tokio::test(flavor = "multi_thread")]
async fn an_admin_can_delete_any_message_and_its_reactions_disappear() {
    let chat = Chat::start().await;
    let (alice, bob) = tokio::join!(chat.joins("Alice"), chat.joins("Bob"));
    let group = alice.creates_group("Harbour", &[&bob]).await;
    bob.says(&group, "hi").await;
    bob.reacts(&group, 1, "tada").await.expect(200);
    let (mut alices, mut bobs) = (alice.comes_online().await, bob.comes_online().await);
    let at = json!({ "conversation_id": group, "seq": 1, "emote": "tada" });
    let deleted = alices.asks("delete", at.clone()).await.unwrap()["message"].clone();
    assert_eq!((&deleted["deleted"], &deleted["sender_id"]), (&json!(true), &json!(bob.id)));
    let pushed = bobs.hears("entry").await["data"].clone();
    assert_eq!((&pushed["type"], &pushed["sender_id"]), (&json!("delete"), &json!(alice.id)));
    let unreacted = bobs.asks("unreact", at.clone()).await.unwrap();
    assert_eq!(unreacted, json!({ "message": deleted }), "in its current state");
    let rejected = bobs.asks("react", at).await.unwrap_err();
    assert_eq!((&rejected["status"], &rejected["code"]), (&json!(409), &json!("message_deleted")));
    assert_eq!(alice.log(&group).await.len(), 3, "removing a reaction that is gone adds nothing");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_twenty_first_emoji_is_rejected() {
    let chat = Chat::start().await;
    let (alice, bob, conversation) = chat.pair().await;
    alice.says(&conversation, "hi").await;
    let emojis = alice.finds_emojis(21).await;
    let (mut alices, mut bobs) = (alice.comes_online().await, bob.comes_online().await);
    let at = |emote: &str| json!({ "conversation_id": conversation, "seq": 1, "emote": emote });
    for emoji in &emojis[..20] {
        alices.asks("react", at(emoji)).await.unwrap();
    }
    let rejected = bobs.asks("react", at(&emojis[20])).await.unwrap_err();
    assert_eq!((&rejected["status"], &rejected["code"]), (&json!(400), &json!("invalid_request")));
    assert_eq!(rejected["errors"][0]["pointer"], "/emote");
    bobs.asks("react", at(&emojis[0])).await.unwrap();
    alices.asks("unreact", at(&emojis[5])).await.unwrap();
    bobs.asks("react", at(&emojis[20])).await.unwrap();
}

#[tokio::test]
async fn changes_count_against_the_senders_rate() {
    let chat = Chat::start().await;
    let (alice, _bob, conversation) = chat.pair().await;
    let mut socket = alice.comes_online().await;
    alice.says(&conversation, "hi").await;
    let edit = |n: u32| json!({ "conversation_id": conversation, "seq": 1, "content": format!("text {n}") });
    for n in 0..29 {
        socket.asks("edit", edit(n)).await.unwrap();
    }
    let rejected = socket.asks("edit", edit(30)).await.unwrap_err();
    assert_eq!(
        (&rejected["status"], &rejected["code"]),
        (&json!(429), &json!("too_many_messages"))
    );
    assert!((1..=10).contains(&rejected["retry_after"].as_u64().unwrap()));
}

#[tokio::test]
async fn bad_members_are_rejected_and_the_socket_stays_open() {
    let chat = Chat::start().await;
    let (alice, _bob, conversation) = chat.pair().await;
    alice.says(&conversation, "hi").await;
    let mut socket = alice.comes_online().await;
    let deep: Value = (0..100).fold(json!(1), |inner, _| json!([inner]));
    let long = "tada".repeat(1_250);
    let bad_seqs =
        [json!(null), json!(0), json!(-1), json!(1.5), json!("1"), json!([1]), deep.clone()];
    let bad_texts = [
        json!(null),
        json!(""),
        json!(" "),
        json!(7),
        json!({}),
        json!("a\u{0}b"),
        deep,
        json!(long),
    ];
    for action in ["edit", "delete", "react", "unreact"] {
        let good =
            json!({ "conversation_id": conversation, "seq": 1, "content": "ho", "emote": "tada" });
        let mut frames = vec![json!({})];
        for seq in &bad_seqs {
            frames.push(json!({ "seq": seq }));
        }
        for id in [json!(null), json!(7), json!(""), json!("x".repeat(65)), json!("a\u{0}b")] {
            frames.push(json!({ "conversation_id": id }));
        }
        let name = if action == "edit" { "content" } else { "emote" };
        for text in bad_texts.iter().filter(|_| action != "delete") {
            frames.push(json!({ name: text }));
        }
        for bad in frames {
            let mut members = good.clone();
            match bad.as_object().unwrap() {
                bad if bad.is_empty() => members = json!({}),
                bad => members.as_object_mut().unwrap().extend(bad.clone()),
            }
            // A text has a higher limit than an emote.
            if action == "edit" && members["content"] == *long {
                members["content"] = json!(long.repeat(2));
            }
            let rejected = socket.asks(action, members).await.unwrap_err();
            assert_eq!(
                (&rejected["status"], &rejected["code"]),
                (&json!(400), &json!("invalid_request")),
                "{action} {bad}"
            );
        }
    }
    socket.asks("ping", json!({})).await.unwrap();
    assert_eq!(alice.log(&conversation).await.len(), 1);
}
