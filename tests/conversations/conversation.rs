//! `GET /api/conversations/{id}`

use serde_json::json;

use crate::support::{Chat, ulid};

#[tokio::test]
async fn a_conversation_shows_its_members_with_their_read_marks() {
    let chat = Chat::start().await;
    let (alice, bob, conversation) = chat.pair().await;
    alice.says(&conversation, "one").await;
    alice.says(&conversation, "two").await;
    bob.put(&format!("/api/conversations/{conversation}/read"), json!({ "seq": 1 }))
        .await
        .expect(200);
    let path = format!("/api/conversations/{conversation}");
    let shown = bob.get(&path).await.expect(200)["conversation"].clone();
    assert_eq!(shown["head_seq"], 2);
    assert_eq!(shown["last_message"]["content"], "two");
    assert_eq!((&shown["read_seq"], &shown["unread_count"]), (&json!(1), &json!(1)));
    let marks: Vec<_> =
        shown["members"].as_array().unwrap().iter().map(|m| &m["read_seq"]).collect();
    assert_eq!(marks, [&json!(0), &json!(1)]);
    assert_eq!(shown["members"][0]["online"], false);
    let hers = alice.get(&path).await.expect(200)["conversation"].clone();
    assert_eq!(hers["unread_count"], 0, "a sender's own messages are not unread");
}

/// I4: on every endpoint, a conversation that the caller may not see gets the same response as one that does not exist.
#[tokio::test]
async fn a_user_who_is_not_a_member_gets_not_found() {
    let chat = Chat::start().await;
    let (alice, _bob, conversation) = chat.pair().await;
    alice.says(&conversation, "between us").await;
    let eve = chat.joins("Eve").await;
    let unknown = ulid(chat.now());
    let ids = [&*conversation, &*unknown, "x", "%00", "%ff", "..%2f..", &"x".repeat(3_000)];
    for id in ids {
        let path = format!("/api/conversations/{id}");
        eve.get(&path).await.rejects(404, "not_found");
        eve.get(&format!("{path}/messages")).await.rejects(404, "not_found");
        eve.get(&format!("{path}/log")).await.rejects(404, "not_found");
        eve.put(&format!("{path}/read"), json!({ "seq": 1 })).await.rejects(404, "not_found");
        eve.tries_to_send(id, &ulid(chat.now()), "let me in").await.rejects(404, "not_found");
    }
    assert_eq!(alice.log(&conversation).await.len(), 1);
    assert_eq!(eve.get("/api/conversations").await.expect(200)["conversations"], json!([]));
}
