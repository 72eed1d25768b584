//! `PATCH /api/conversations/{id}/messages/{seq}`

use reqwest::Method;
use serde_json::json;

use crate::support::{Chat, client_id};

#[tokio::test(flavor = "multi_thread")]
async fn an_edit_replaces_the_text_everywhere() {
    let chat = Chat::start().await;
    let (alice, bob, conversation) = chat.pair().await;
    let mut bobs = bob.comes_online().await;
    let id = client_id(chat.now());
    alice.tries_to_send(&conversation, &id, "the old text").await.expect(201);
    let answer = alice.edits(&conversation, 1, "the new text :tada:").await;
    answer.has_the_common_headers();
    let message = answer.expect(200)["message"].clone();
    assert_eq!(message["content"], "the new text 🎉");
    assert!(message["edited_at"].is_string());
    bobs.hears("entry").await;
    let pushed = bobs.hears("entry").await;
    assert_eq!((&pushed["data"]["type"], &pushed["seq"]), (&json!("edit"), &json!(2)));
    assert_eq!(pushed["data"]["message"], message);

    let again = alice.tries_to_send(&conversation, &id, "the old text").await.expect(200);
    assert_eq!(again["message"], message, "a retry returns the current message");
    assert_eq!(bob.messages(&conversation).await, std::slice::from_ref(&message));
    chat.quiet().await;
    let list = bob.get("/api/conversations").await.expect(200);
    assert_eq!(list["conversations"][0]["last_message"], message);
    assert_eq!(list["conversations"][0]["head_seq"], 2);
    let log = serde_json::to_string(&bob.log(&conversation).await).unwrap();
    assert!(!log.contains("the old text") && log.contains("the new text"));
}

#[tokio::test]
async fn an_unchanged_text_is_not_an_edit() {
    let chat = Chat::start().await;
    let (alice, _bob, conversation) = chat.pair().await;
    alice.says(&conversation, "hi").await;
    let edited = alice.edits(&conversation, 1, "hi").await.expect(200);
    assert_eq!(edited["message"]["edited_at"], json!(null));
    assert_eq!(alice.log(&conversation).await.len(), 1);
}

#[tokio::test]
async fn only_the_sender_can_edit_a_message() {
    let chat = Chat::start().await;
    let (alice, bob, conversation) = chat.pair().await;
    let carol = chat.joins("Carol").await;
    alice.says(&conversation, "hi").await;
    bob.edits(&conversation, 1, "ho").await.rejects(403, "forbidden");
    carol.edits(&conversation, 1, "ho").await.rejects(404, "not_found");
    alice.deletes_message(&conversation, 1).await.expect(200);
    alice.edits(&conversation, 1, "ho").await.rejects(409, "message_deleted");
    assert_eq!(bob.log(&conversation).await.len(), 2);
}

#[tokio::test]
async fn an_unknown_message_is_not_found() {
    let chat = Chat::start().await;
    let (alice, _bob, conversation) = chat.pair().await;
    alice.says(&conversation, "hi").await;
    alice.reacts(&conversation, 1, "tada").await.expect(200);
    for seq in
        ["0", "2", "3", "-1", "+1", "01", "1.0", "x", "%00", "99999999999999999999", "1%2F.."]
    {
        let path = format!("/api/conversations/{conversation}/messages/{seq}");
        alice.patch(&path, json!({ "content": "ho" })).await.rejects(404, "not_found");
        alice.delete(&path).await.rejects(404, "not_found");
        alice.delete(&format!("{path}/reactions/tada")).await.rejects(404, "not_found");
    }
    assert_eq!(alice.log(&conversation).await.len(), 2);
}

#[tokio::test]
async fn bad_input_is_rejected() {
    let chat = Chat::start().await;
    let (alice, _bob, conversation) = chat.pair().await;
    alice.says(&conversation, "hi").await;
    let path = format!("/api/conversations/{conversation}/messages/1");
    chat.rejects_bad_bodies(Method::PATCH, &path, Some(&alice.token)).await;
    for (content, code) in [
        (json!(null), "invalid_request"),
        (json!(""), "invalid_request"),
        (json!(" \n"), "invalid_request"),
        (json!("a\u{0}b"), "invalid_request"),
        (json!("x".repeat(4_001)), "invalid_request"),
        (json!(7), "invalid_body"),
        (json!(["x"]), "invalid_body"),
    ] {
        let answer = alice.patch(&path, json!({ "content": content })).await;
        answer.rejects(400, code);
        assert_eq!(answer.pointers(), ["/content"]);
    }
    assert_eq!(alice.log(&conversation).await.len(), 1);
}

/// The last edit in the log determines the text.
#[tokio::test(flavor = "multi_thread")]
async fn concurrent_edits_converge() {
    let chat = Chat::start().await;
    let (alice, bob, conversation) = chat.pair().await;
    alice.says(&conversation, "hi").await;
    let texts: Vec<String> = (0..8).map(|n| format!("text {n}")).collect();
    let edits = texts.iter().map(|text| alice.edits(&conversation, 1, text));
    for answer in futures::future::join_all(edits).await {
        answer.expect(200);
    }
    let log = bob.log(&conversation).await;
    assert_eq!(log.len(), 9);
    let message = &bob.messages(&conversation).await[0];
    assert!(log.iter().skip(1).all(|entry| entry["message"] == *message), "in its current state");
    assert_eq!(message["edited_at"], log[8]["created_at"]);
}
