//! Sockets that died.

use serde_json::json;

use crate::support::Chat;

/// I9: a socket that died without `$disconnect` is removed at the first 410, and nothing else is.
#[tokio::test(flavor = "multi_thread")]
async fn a_dead_socket_is_removed_at_the_first_410() {
    let chat = Chat::start().await;
    let (alice, bob, conversation) = chat.pair().await;
    let mut dead = bob.comes_online().await;
    let dead_id = dead.asks("hello", json!({})).await.unwrap()["connection_id"].clone();
    let mut alive = bob.comes_online().await;
    assert!(chat.stack().sockets().kill(dead_id.as_str().unwrap()));

    chat.stack().sockets().record();
    alice.says(&conversation, "one").await;
    alice.says(&conversation, "two").await;
    let posts = chat.stack().sockets().recorded();
    let to_dead: Vec<u16> =
        posts.iter().filter(|post| post.connection_id == dead_id).map(|post| post.status).collect();
    assert_eq!(to_dead, [410], "exactly one post");
    assert_eq!(alive.hears("entry").await["data"]["content"], "one");
    assert_eq!(alive.hears("entry").await["data"]["content"], "two");
    alive.asks("ping", json!({})).await.unwrap();
}

/// I9: if the sender's socket dies, the message is still stored and pushed.
#[tokio::test(flavor = "multi_thread")]
async fn a_message_from_a_socket_that_dies_is_still_delivered() {
    let chat = Chat::start().await;
    let (alice, bob, conversation) = chat.pair().await;
    let (mut alices, mut bobs) = (alice.comes_online().await, bob.comes_online().await);
    let id = alices.asks("hello", json!({})).await.unwrap()["connection_id"].clone();
    let latch = chat.holds_up("PutItem", "LOG#");
    let send = json!({
        "conversation_id": conversation,
        "client_id": crate::support::client_id(chat.now()),
        "content": "my last words",
    });
    alices.sends("send", send).await;
    latch.reached(1).await;
    assert!(chat.stack().sockets().kill(id.as_str().unwrap()));
    latch.open();
    assert_eq!(bobs.hears("entry").await["data"]["content"], "my last words");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_closed_socket_is_removed_and_its_user_goes_offline() {
    let chat = Chat::start().await;
    let (alice, bob, conversation) = chat.pair().await;
    let bobs = bob.comes_online().await;
    let online = async || {
        let body = alice.get(&format!("/api/conversations/{conversation}")).await.expect(200);
        body["conversation"]["members"][1]["online"].as_bool().unwrap()
    };
    assert!(online().await);
    bobs.leaves().await;
    // `$disconnect` may arrive at any time.
    while online().await {
        tokio::task::yield_now().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lease_expires_and_frames_renew_it() {
    let chat = Chat::start().await;
    let (alice, bob, conversation) = chat.pair().await;
    let mut bobs = bob.comes_online().await;
    let online = async || {
        let body = alice.get(&format!("/api/conversations/{conversation}")).await.expect(200);
        body["conversation"]["members"][1]["online"].as_bool().unwrap()
    };
    for _ in 0..4 {
        chat.advance(5 * 60);
        bobs.asks("ping", json!({})).await.unwrap();
        assert!(online().await);
    }
    let id = bobs.asks("hello", json!({})).await.unwrap()["connection_id"].clone();
    assert!(chat.stack().sockets().kill(id.as_str().unwrap()));
    assert!(online().await, "its end is not known yet");
    chat.advance(11 * 60);
    assert!(!online().await);
}
