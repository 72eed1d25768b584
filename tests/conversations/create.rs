//! `POST /api/conversations`

use futures::future::join_all;
use reqwest::Method;
use serde_json::json;

use crate::support::{Chat, ulid};

const PATH: &str = "/api/conversations";

#[tokio::test(flavor = "multi_thread")]
async fn both_users_are_notified_of_a_new_conversation() {
    let chat = Chat::start().await;
    let (alice, bob) = (chat.joins("Alice").await, chat.joins("Bob").await);
    let (mut alices, mut bobs) = (alice.comes_online().await, bob.comes_online().await);
    let answer = alice.post(PATH, json!({ "kind": "direct", "user_id": bob.id })).await;
    answer.has_the_common_headers();
    let conversation = answer.expect(201)["conversation"].clone();
    assert_eq!(conversation["kind"], "direct");
    assert_eq!(conversation["title"], json!(null));
    assert_eq!(conversation["member_count"], 2);
    assert_eq!(
        (&conversation["head_seq"], &conversation["last_message"]),
        (&json!(0), &json!(null))
    );
    let members = conversation["members"].as_array().unwrap();
    assert_eq!(members[0]["user"]["id"], alice.id);
    assert_eq!(members[1]["user"]["name"], "Bob");
    assert!(members[1]["user"].get("email").is_none(), "an address is shown to its owner only");
    assert_eq!(members[1]["role"], "member");
    assert_eq!(members[1]["online"], true);
    for socket in [&mut alices, &mut bobs] {
        let event = socket.hears("conversation").await;
        assert_eq!(event["conversation_id"], conversation["id"]);
        assert_eq!(event["data"]["id"], conversation["id"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_users_have_only_one_direct_conversation() {
    let chat = Chat::start().await;
    let (alice, bob) = (chat.joins("Alice").await, chat.joins("Bob").await);
    let attempts = join_all((0..12).map(|n| {
        let (me, other) = if n % 2 == 0 { (&alice, &bob) } else { (&bob, &alice) };
        me.post(PATH, json!({ "kind": "direct", "user_id": other.id }))
    }))
    .await;
    let ids: std::collections::BTreeSet<String> =
        attempts.iter().map(|answer| answer.body["conversation"]["id"].to_string()).collect();
    assert_eq!(ids.len(), 1, "{ids:?}");
    assert_eq!(attempts.iter().filter(|answer| answer.status == 201).count(), 1);
    assert_eq!(attempts.iter().filter(|answer| answer.status == 200).count(), 11);
    assert_eq!(bob.get(PATH).await.expect(200)["pagination"]["total_items"], 1);
}

#[tokio::test]
async fn an_account_can_create_sixty_conversations_an_hour() {
    let chat = Chat::start().await;
    let alice = chat.joins("Alice").await;
    let mut ids = Vec::new();
    for n in 0..61 {
        let body = chat.registers("X", &format!("x{n}@example.com")).await.expect(200);
        ids.push(body["user"]["id"].as_str().unwrap().to_owned());
    }
    for id in &ids[..60] {
        alice.post(PATH, json!({ "kind": "direct", "user_id": id })).await.expect(201);
    }
    let one_more = || alice.post(PATH, json!({ "kind": "direct", "user_id": ids[60] }));
    one_more().await.rejects(429, "too_many_conversations");
    alice.post(PATH, json!({ "kind": "direct", "user_id": ids[0] })).await.expect(200);
    chat.advance(60 * 60);
    one_more().await.expect(201);
}

#[tokio::test]
async fn bad_input_is_rejected() {
    let chat = Chat::start().await;
    let alice = chat.joins("Alice").await;
    chat.rejects_bad_bodies(Method::POST, PATH, Some(&alice.token)).await;
    let cases = [
        (json!({ "kind": "direct" }), 400, "invalid_request"),
        (json!({ "user_id": alice.id }), 400, "invalid_request"),
        (json!({ "kind": "", "user_id": "x" }), 400, "invalid_request"),
        (json!({ "kind": "trio", "user_id": "x" }), 400, "invalid_request"),
        (json!({ "kind": "direct", "user_id": alice.id }), 400, "invalid_request"),
        (json!({ "kind": "direct", "user_id": "" }), 400, "invalid_request"),
        (json!({ "kind": "direct", "user_id": 7 }), 400, "invalid_body"),
        (json!({ "kind": ["direct"], "user_id": "x" }), 400, "invalid_body"),
        (json!({ "kind": "direct", "user_id": "x" }), 404, "user_not_found"),
        (json!({ "kind": "direct", "user_id": "a\u{0}b" }), 404, "user_not_found"),
        (json!({ "kind": "direct", "user_id": "x".repeat(5_000) }), 404, "user_not_found"),
        (json!({ "kind": "direct", "user_id": ulid(chat.now()) }), 404, "user_not_found"),
    ];
    for (body, status, code) in cases {
        alice.post(PATH, body).await.rejects(status, code);
    }
    for (user_ids, status, code) in [
        (json!(null), 400, "invalid_request"),
        (json!("x"), 400, "invalid_body"),
        (json!({ "0": alice.id }), 400, "invalid_body"),
        (json!([alice.id, 7]), 400, "invalid_body"),
        (json!([[alice.id]]), 400, "invalid_body"),
        (json!(vec![&*alice.id; 101]), 400, "invalid_request"),
        (json!(["x"]), 404, "user_not_found"),
        (json!([""]), 404, "user_not_found"),
        (json!(["a\u{0}b"]), 404, "user_not_found"),
        (json!(["x".repeat(5_000)]), 404, "user_not_found"),
        (json!([alice.id, ulid(chat.now())]), 404, "user_not_found"),
    ] {
        let body = json!({ "kind": "group", "title": "Harbour", "user_ids": user_ids });
        alice.post(PATH, body).await.rejects(status, code);
    }
    let list = alice.get(PATH).await.expect(200);
    assert_eq!(list["pagination"]["total_items"], 0, "nothing was created");
}

/// Some clients list all members, including the caller, and some members twice.
#[tokio::test]
async fn the_creator_of_a_group_is_its_admin_even_if_listed_as_a_member() {
    let chat = Chat::start().await;
    let (alice, bob) = (chat.joins("Alice").await, chat.joins("Bob").await);
    let user_ids = [&*bob.id, &alice.id, &bob.id];
    let body = json!({ "kind": "group", "title": "Harbour", "user_ids": user_ids });
    let made = alice.post(PATH, body).await.expect(201);
    let members = made["conversation"]["members"].as_array().unwrap();
    let roles: Vec<(&str, &str)> = members
        .iter()
        .map(|member| (member["user"]["id"].as_str().unwrap(), member["role"].as_str().unwrap()))
        .collect();
    assert_eq!(roles, [(&*alice.id, "admin"), (&*bob.id, "member")]);
    let group = made["conversation"]["id"].as_str().unwrap();
    bob.removes(group, &bob).await.expect(200);
}
