//! `POST /api/auth/logout`

use crate::support::Chat;
use serde_json::json;

/// I5, on HTTP and on a socket.
#[tokio::test(flavor = "multi_thread")]
async fn logout_ends_the_session_and_its_sockets_immediately() {
    let chat = Chat::start().await;
    let (alice, bob, conversation) = chat.pair().await;
    let other = alice.on_another_device().await;
    let mut socket = alice.comes_online().await;
    let mut silent = alice.opens_a_socket().await;
    let mut others = other.comes_online().await;

    alice.post("/api/auth/logout", json!({})).await.expect(200);

    alice.get("/api/auth/validate").await.rejects(401, "invalid_token");
    alice.get("/api/conversations").await.rejects(401, "invalid_token");
    alice.post("/api/auth/logout", json!({})).await.rejects(401, "invalid_token");
    socket.hears("session_ended").await;
    socket.is_closed().await;
    silent.is_closed().await;
    let header = ("authorization", format!("Bearer {}", alice.token));
    assert_eq!(chat.socket(&[header], "").await.err(), Some(chat.rejection(401)));

    bob.says(&conversation, "still there?").await;
    others.hears("entry").await;
    assert!(others.has_heard("session_ended").await.is_empty());
    other.get("/api/auth/validate").await.expect(200);
}

/// I5: even if the gateway cannot close it, a socket whose session has ended can do nothing.
#[tokio::test(flavor = "multi_thread")]
async fn a_socket_that_outlives_its_session_can_do_nothing() {
    let chat = Chat::start().await;
    let (alice, bob, conversation) = chat.pair().await;
    let mut socket = alice.comes_online().await;
    let mut bobs = bob.comes_online().await;
    // The session ends while the frame is being handled: its read of the connection's row is delayed.
    let latch = chat.holds_up("GetItem", "CONNECTION#");
    let content = json!({
        "conversation_id": conversation,
        "client_id": crate::support::client_id(chat.now()),
        "content": "after the end",
    });
    socket.sends("send", content).await;
    latch.reached(1).await;
    alice.post("/api/auth/logout", json!({})).await.expect(200);
    latch.open();
    socket.is_closed().await;
    assert!(bob.log(&conversation).await.is_empty());
    assert!(bobs.has_heard("entry").await.is_empty());
}
