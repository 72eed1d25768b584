//! Posts that the gateway throttles, whose responses get lost, or that hang. Only throttled posts are retried, and none of
//! them delays other sockets.

use local::{FaultKind, Latch};
use serde_json::json;

use crate::support::{Chat, client_id};

const POST: &str = "PostToConnection";

#[tokio::test(flavor = "multi_thread")]
async fn a_throttled_push_arrives_once() {
    let chat = Chat::start().await;
    let (alice, bob, conversation) = chat.pair().await;
    let mut bobs = bob.comes_online().await;
    let id = bobs.id().await;
    chat.injects(POST, &id, 1, FaultKind::Throttle).await;
    // Some quotas report another exception.
    let other = json!({ "__type": "TooManyRequestsException", "message": "Rate exceeded" });
    chat.injects(POST, &id, 1, FaultKind::Respond(429, other)).await;
    chat.stack().sockets().record();
    alice.says(&conversation, "hi").await;
    assert_eq!(chat.post_statuses(&id), [429, 429, 200]);
    assert_eq!(bobs.has_heard("entry").await.len(), 1);
}

/// The retry is delayed. Neither other sockets nor the reply to the sender wait for it.
#[tokio::test(flavor = "multi_thread")]
async fn a_push_that_is_retried_delays_no_one() {
    let chat = Chat::start().await;
    let (alice, bob, conversation) = chat.pair().await;
    let (mut slow, mut fast) = (bob.comes_online().await, bob.comes_online().await);
    let mut alices = alice.comes_online().await;
    let (id, latch) = (slow.id().await, Latch::new());
    chat.injects(POST, &id, 1, FaultKind::Throttle).await;
    chat.injects(POST, &id, 1, FaultKind::Delay(latch.clone())).await;
    let send = json!({
        "conversation_id": conversation, "client_id": client_id(chat.now()), "content": "hi",
    });
    alices.asks("send", send).await.unwrap();
    latch.reached(1).await;
    assert_eq!(fast.hears("entry").await["data"]["content"], "hi");
    latch.open();
    assert_eq!(slow.hears("entry").await["data"]["content"], "hi");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_push_that_is_always_throttled_is_abandoned() {
    let chat = Chat::start().await;
    let (alice, bob, conversation) = chat.pair().await;
    let (mut throttled, mut other) = (bob.comes_online().await, bob.comes_online().await);
    let id = throttled.id().await;
    chat.injects(POST, &id, usize::MAX, FaultKind::Throttle).await;
    chat.stack().sockets().record();
    alice.says(&conversation, "hi").await;
    let attempts = chat.post_statuses(&id);
    chat.stack().sockets().faults().clear();
    // The deadline may pass before the last retry.
    assert!((2..=6).contains(&attempts.len()), "{} attempts", attempts.len());
    assert!(attempts.iter().all(|status| *status == 429));
    assert_eq!(other.hears("entry").await["data"]["content"], "hi");
    assert!(throttled.has_heard("entry").await.is_empty(), "the entry is left to `sync`");
}

/// A reply is posted before the pushes, so a push proves that the last attempt to post the reply is over.
#[tokio::test(flavor = "multi_thread")]
async fn a_reply_that_is_always_throttled_is_attempted_six_times_and_others_are_notified() {
    let chat = Chat::start().await;
    let (alice, bob, conversation) = chat.pair().await;
    let (mut alices, mut bobs) = (alice.comes_online().await, bob.comes_online().await);
    let id = alices.id().await;
    chat.injects(POST, &id, 6, FaultKind::Throttle).await;
    chat.stack().sockets().record();
    let send = json!({
        "conversation_id": conversation, "client_id": client_id(chat.now()), "content": "hi",
    });
    alices.sends("send", send).await;
    assert_eq!(bobs.hears("entry").await["data"]["content"], "hi");
    assert_eq!(chat.post_statuses(&id), [429; 6]);
}

/// A push that arrived is not posted again, even if its response was lost.
#[tokio::test(flavor = "multi_thread")]
async fn a_push_with_a_lost_response_arrives_once() {
    let chat = Chat::start().await;
    let (alice, bob, conversation) = chat.pair().await;
    let mut bobs = bob.comes_online().await;
    let id = bobs.id().await;
    for kind in [FaultKind::LoseResponse, FaultKind::FailAfterwards] {
        chat.injects(POST, &id, 1, kind).await;
        chat.stack().sockets().record();
        alice.says(&conversation, "hi").await;
        assert_eq!(chat.post_statuses(&id), [200]);
        assert_eq!(bobs.has_heard("entry").await.len(), 1);
    }
}

/// I9: a post that hangs delays no other socket, and the sender only until the deadline. The latch stays closed until the
/// checks are done.
#[tokio::test(flavor = "multi_thread")]
async fn a_post_that_hangs_delays_no_one_beyond_the_deadline() {
    let chat = Chat::start().await;
    let (alice, bob, conversation) = chat.pair().await;
    let (mut hanging, mut bobs) = (bob.comes_online().await, bob.comes_online().await);
    let mut alices = alice.comes_online().await;
    let (id, latch) = (hanging.id().await, Latch::new());
    chat.injects(POST, &id, 1, FaultKind::Delay(latch.clone())).await;
    chat.stack().sockets().record();
    let others = async {
        latch.reached(1).await;
        assert_eq!(bobs.hears("entry").await["data"]["content"], "hi");
        assert_eq!(alices.hears("entry").await["data"]["content"], "hi");
    };
    tokio::join!(alice.says(&conversation, "hi"), others);
    assert!(chat.post_statuses(&id).is_empty(), "the post still hangs and is not retried");
    latch.open();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_socket_is_notified_and_closed_even_if_both_calls_are_throttled() {
    let chat = Chat::start().await;
    let alice = chat.joins("Alice").await;
    let mut socket = alice.comes_online().await;
    let id = socket.id().await;
    chat.injects(POST, &id, 1, FaultKind::Throttle).await;
    chat.injects("DeleteConnection", &id, 1, FaultKind::Throttle).await;
    alice.post("/api/auth/logout", json!({})).await.expect(200);
    socket.hears("session_ended").await;
    assert_eq!(socket.is_closed().await, Some(1000));
}
