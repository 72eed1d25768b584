//! A first conversation, from start to end.

use serde_json::json;

use crate::support::{Chat, client_id};

#[tokio::test(flavor = "multi_thread")]
async fn two_people_meet_talk_part_and_catch_up() {
    let chat = Chat::start().await;
    let (alice, bob) = (chat.joins("Alice").await, chat.joins("Bob").await);
    let (mut alices, mut bobs) = (alice.comes_online().await, bob.comes_online().await);
    let conversation = alice.talks_to(&bob).await;
    assert_eq!(bobs.hears("conversation").await["data"]["id"], *conversation);

    let send = |content: &str| json!({ "conversation_id": conversation, "client_id": client_id(chat.now()), "content": content });
    alices.asks("typing", json!({ "conversation_id": conversation })).await.unwrap();
    bobs.hears("typing").await;
    alices.asks("send", send("Hello Bob!")).await.unwrap();
    let heard = bobs.hears("entry").await;
    assert_eq!(heard["data"]["content"], "Hello Bob!");
    bobs.asks("read", json!({ "conversation_id": conversation, "seq": heard["seq"] }))
        .await
        .unwrap();
    assert_eq!(alices.hears("read").await["data"]["read_seq"], 1);
    bobs.asks("send", send("Hi Alice.")).await.unwrap();
    assert_eq!(alices.hears("entry").await["data"]["content"], "Hi Alice.");

    bobs.leaves().await;
    alices.asks("send", send("Are you gone?")).await.unwrap();
    alice.says(&conversation, "Write me!").await;

    let mut bobs = bob.comes_online().await;
    let missed = bobs.asks("sync", json!({ "since": { &*conversation: 2 } })).await.unwrap();
    let entries = missed["conversations"][0]["entries"].as_array().unwrap();
    let contents: Vec<&str> = entries.iter().map(|e| e["content"].as_str().unwrap()).collect();
    assert_eq!(contents, ["Are you gone?", "Write me!"]);

    let path = format!("/api/conversations/{conversation}/messages");
    let history = bob.get(&path).await.expect(200);
    assert_eq!(history["messages"].as_array().unwrap().len(), 4);
    bob.post("/api/auth/logout", json!({})).await.expect(200);
    bobs.hears("session_ended").await;
}
