//! `PATCH /api/conversations/{id}`

use reqwest::Method;
use serde_json::json;

use crate::support::Chat;

#[tokio::test(flavor = "multi_thread")]
async fn any_member_can_rename_a_group() {
    let chat = Chat::start().await;
    let (alice, bob, carol) =
        (chat.joins("Alice").await, chat.joins("Bob").await, chat.joins("Carol").await);
    let group = alice.creates_group("Harbour", &[&bob]).await;
    let path = format!("/api/conversations/{group}");
    let mut alices = alice.comes_online().await;
    let answer = bob.patch(&path, json!({ "title": "  Pier 39 🌉 " })).await.expect(200);
    assert_eq!(answer["conversation"]["title"], "Pier 39 🌉");
    let entry = alices.hears("entry").await["data"].clone();
    assert_eq!((&entry["type"], &entry["title"]), (&json!("title_changed"), &json!("Pier 39 🌉")));
    bob.patch(&path, json!({ "title": "Pier 39 🌉" })).await.expect(200);
    assert_eq!(alice.log(&group).await.len(), 1, "an unchanged title adds nothing");
    chat.quiet().await;
    let list = alice.get("/api/conversations").await.expect(200);
    assert_eq!(list["conversations"][0]["title"], "Pier 39 🌉");
    assert_eq!(list["conversations"][0]["unread_count"], 0, "a title is not a message");
    carol.patch(&path, json!({ "title": "Mine" })).await.rejects(404, "not_found");
}

#[tokio::test]
async fn bad_input_is_rejected() {
    let chat = Chat::start().await;
    let alice = chat.joins("Alice").await;
    let group = alice.creates_group("Harbour", &[]).await;
    let path = format!("/api/conversations/{group}");
    chat.rejects_bad_bodies(Method::PATCH, &path, Some(&alice.token)).await;
    for (title, code) in [
        (json!(null), "invalid_request"),
        (json!(""), "invalid_request"),
        (json!("   "), "invalid_request"),
        (json!("a\nb"), "invalid_request"),
        (json!("x".repeat(101)), "invalid_request"),
        (json!(7), "invalid_body"),
        (json!({}), "invalid_body"),
    ] {
        let patch = json!({ "title": title });
        let group = json!({ "kind": "group", "title": title, "user_ids": [] });
        for answer in
            [alice.patch(&path, patch).await, alice.post("/api/conversations", group).await]
        {
            answer.rejects(400, code);
            assert_eq!(answer.pointers(), ["/title"]);
        }
    }
    assert!(alice.log(&group).await.is_empty());
    let longest = "é".repeat(100);
    let answer = alice.patch(&path, json!({ "title": longest })).await.expect(200);
    assert_eq!(answer["conversation"]["title"], longest);
}
