//! `typing`

use serde_json::json;

use crate::support::Chat;

#[tokio::test(flavor = "multi_thread")]
async fn the_others_see_that_somebody_writes_and_nothing_is_kept() {
    let chat = Chat::start().await;
    let (alice, bob, conversation) = chat.pair().await;
    let (mut alices, mut bobs) = (alice.comes_online().await, bob.comes_online().await);
    let mut elsewhere = alice.comes_online().await;
    let reply = alices.asks("typing", json!({ "conversation_id": conversation })).await.unwrap();
    assert_eq!(reply, json!({}));
    let event = bobs.hears("typing").await;
    assert_eq!(event["conversation_id"], *conversation);
    assert_eq!(event["data"]["user_id"], alice.id);
    assert!(event["data"]["expires_at"].is_string());
    elsewhere.hears("typing").await;
    assert!(alices.has_heard("typing").await.is_empty(), "the one that asked knows");
    assert!(bob.log(&conversation).await.is_empty());
}
