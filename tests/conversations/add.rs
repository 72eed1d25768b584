//! `POST /api/conversations/{id}/members`

use futures::{StreamExt as _, stream};
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Chat, Person, ulid};

fn members(group: &str) -> String {
    format!("/api/conversations/{group}/members")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_member_sees_the_whole_log_and_has_nothing_unread() {
    let chat = Chat::start().await;
    let (alice, bob, carol) =
        (chat.joins("Alice").await, chat.joins("Bob").await, chat.joins("Carol").await);
    let group = alice.creates_group("Harbour", &[&bob]).await;
    for n in 0..3 {
        bob.says(&group, &format!("message {n}")).await;
    }
    let mut carols = carol.comes_online().await;
    let added = alice.adds(&group, &carol, None).await.expect(200)["conversation"].clone();
    assert_eq!((&added["member_count"], &added["head_seq"]), (&json!(3), &json!(4)));
    assert_eq!(added["members"][2]["role"], "member");
    let event = carols.hears("conversation").await;
    assert_eq!((&event["conversation_id"], &event["data"]["read_seq"]), (&json!(group), &json!(4)));
    assert_eq!(event["data"]["last_message"]["content"], "message 2");
    let joined = carols.hears("entry").await["data"].clone();
    let keys: Vec<&String> = joined.as_object().unwrap().keys().collect();
    let mut expected =
        ["type", "conversation_id", "seq", "sender_id", "created_at", "user_id", "role"];
    expected.sort_unstable();
    assert_eq!(keys, expected);

    assert_eq!(carol.messages(&group).await.len(), 3);
    let list = carol.get("/api/conversations").await.expect(200);
    assert_eq!(list["conversations"][0]["unread_count"], 0);
    bob.says(&group, "hi Carol").await;
    chat.quiet().await;
    let list = carol.get("/api/conversations").await.expect(200);
    assert_eq!(list["conversations"][0]["unread_count"], 1);
}

#[tokio::test]
async fn only_admins_change_roles() {
    let chat = Chat::start().await;
    let (alice, bob, carol) =
        (chat.joins("Alice").await, chat.joins("Bob").await, chat.joins("Carol").await);
    let group = alice.creates_group("Harbour", &[&bob]).await;
    bob.adds(&group, &carol, None).await.rejects(403, "forbidden");
    bob.adds(&group, &bob, Some("admin")).await.rejects(403, "forbidden");
    carol.adds(&group, &carol, None).await.rejects(404, "not_found");
    alice.adds(&group, &bob, None).await.expect(200);
    assert!(alice.log(&group).await.is_empty(), "already a member");
    alice.adds(&group, &alice, Some("member")).await.rejects(409, "last_admin");
    alice.adds(&group, &bob, Some("admin")).await.expect(200);
    bob.adds(&group, &alice, Some("member")).await.expect(200);
    alice.adds(&group, &carol, None).await.rejects(403, "forbidden");
    bob.adds(&group, &carol, Some("admin")).await.expect(200);
    let log = carol.log(&group).await;
    let roles: Vec<&Value> = log.iter().map(|entry| &entry["role"]).collect();
    assert_eq!(roles, ["admin", "member", "admin"]);
}

#[tokio::test]
async fn no_one_joins_a_direct_conversation() {
    let chat = Chat::start().await;
    let (alice, bob, conversation) = chat.pair().await;
    let carol = chat.joins("Carol").await;
    alice.adds(&conversation, &carol, None).await.rejects(400, "not_a_group");
    alice.removes(&conversation, &bob).await.rejects(400, "not_a_group");
    alice.removes(&conversation, &alice).await.rejects(400, "not_a_group");
    let path = format!("/api/conversations/{conversation}");
    alice.patch(&path, json!({ "title": "Us" })).await.rejects(400, "not_a_group");
    assert!(alice.log(&conversation).await.is_empty());
}

/// One request fills a group, in as many transactions as needed. It counts once against the sender's rate.
#[tokio::test(flavor = "multi_thread")]
async fn one_request_fills_a_group() {
    let chat = Chat::start().await;
    let names: Vec<String> = (0..101).map(|n| format!("Member{n}")).collect();
    let people: Vec<Person<'_>> =
        stream::iter(&names).map(|name| chat.joins(name)).buffered(4).collect().await;
    let ids: Vec<&str> = people.iter().map(|person| &*person.id).collect();
    let alice = &people[0];
    let group = alice.creates_group("Everyone", &[]).await;
    let add = async |ids: &[&str]| alice.post(&members(&group), json!({ "user_ids": ids })).await;
    let too_many = add(&ids[1..]).await;
    too_many.rejects(400, "invalid_request");
    assert_eq!(too_many.pointers(), ["/user_ids"]);
    assert!(alice.log(&group).await.is_empty(), "all or none are added");
    let filled = add(&ids[1..100]).await.expect(200);
    assert_eq!(filled["conversation"]["member_count"], 100);
    assert_eq!(filled["conversation"]["members"].as_array().unwrap().len(), 100);
    let log = people[99].log(&group).await;
    let added: Vec<&str> = log.iter().map(|entry| entry["user_id"].as_str().unwrap()).collect();
    assert_eq!(added, ids[1..100]);
    add(&ids[100..]).await.rejects(400, "invalid_request");
    alice.says(&group, "Welcome, all of you.").await;
    for person in [&people[1], &people[50], &people[99]] {
        let list = person.get("/api/conversations").await.expect(200);
        let shown = &list["conversations"][0];
        assert_eq!((&shown["id"], &shown["member_count"]), (&json!(group), &json!(100)));
        assert_eq!(shown["members"].as_array().unwrap().len(), 10);
        assert_eq!(shown["unread_count"], 1);
    }

    // The memberships of a new group with 100 members do not fit into the transaction that creates it.
    let body = json!({ "kind": "group", "title": "All", "user_ids": ids[1..100] });
    let made = alice.post("/api/conversations", body).await.expect(201);
    assert_eq!(made["conversation"]["member_count"], 100);
    for person in [&people[1], &people[99]] {
        let path = format!("/api/conversations/{}", made["conversation"]["id"].as_str().unwrap());
        person.get(&path).await.expect(200);
        let list = person.get("/api/conversations").await.expect(200);
        assert_eq!(list["pagination"]["total_items"], 2);
    }
    let body = json!({ "kind": "group", "title": "All", "user_ids": ids[1..] });
    alice.post("/api/conversations", body).await.rejects(400, "invalid_request");
}

#[tokio::test]
async fn bad_input_is_rejected() {
    let chat = Chat::start().await;
    let (alice, bob) = (chat.joins("Alice").await, chat.joins("Bob").await);
    let group = alice.creates_group("Harbour", &[]).await;
    chat.rejects_bad_bodies(Method::POST, &members(&group), Some(&alice.token)).await;
    let many = vec![&*bob.id; 101];
    for (user_ids, code, pointer) in [
        (json!(null), "invalid_request", "/user_ids"),
        (json!([]), "invalid_request", "/user_ids"),
        (json!(many), "invalid_request", "/user_ids"),
        (json!(bob.id), "invalid_body", "/user_ids"),
        (json!([bob.id, 7]), "invalid_body", "/user_ids/1"),
        (json!({ "0": bob.id }), "invalid_body", "/user_ids"),
    ] {
        let answer = alice.post(&members(&group), json!({ "user_ids": user_ids })).await;
        answer.rejects(400, code);
        assert_eq!(answer.pointers(), [pointer]);
    }
    for role in [json!(""), json!("owner"), json!("Admin")] {
        let body = json!({ "user_ids": [bob.id], "role": role });
        let answer = alice.post(&members(&group), body).await;
        answer.rejects(400, "invalid_request");
        assert_eq!(answer.pointers(), ["/role"]);
    }
    for role in [json!(7), json!([]), json!(["admin"]), json!({}), json!(true)] {
        let body = json!({ "user_ids": [bob.id], "role": role });
        let answer = alice.post(&members(&group), body).await;
        answer.rejects(400, "invalid_body");
        assert_eq!(answer.pointers(), ["/role"]);
    }
    for unknown in ["", "x", "../x", "\u{0}", &ulid(chat.now()), &"x".repeat(10_000)] {
        let body = json!({ "user_ids": [bob.id, unknown] });
        alice.post(&members(&group), body).await.rejects(404, "user_not_found");
    }
    assert!(alice.log(&group).await.is_empty(), "no one was added");
    let duplicates = json!({ "user_ids": [bob.id, bob.id, alice.id] });
    alice.post(&members(&group), duplicates).await.expect(200);
    assert_eq!(alice.log(&group).await.len(), 1);
}
