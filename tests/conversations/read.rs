//! `PUT /api/conversations/{id}/read`

use reqwest::Method;
use serde_json::json;

use crate::support::Chat;

#[tokio::test(flavor = "multi_thread")]
async fn a_read_mark_only_moves_forward_and_is_pushed_to_all() {
    let chat = Chat::start().await;
    let (alice, bob, conversation) = chat.pair().await;
    for n in 0..3 {
        alice.says(&conversation, &format!("message {n}")).await;
    }
    let (mut alices, mut bobs) = (alice.comes_online().await, bob.comes_online().await);
    let path = format!("/api/conversations/{conversation}/read");
    let read = async |seq: u64| bob.put(&path, json!({ "seq": seq })).await.expect(200);
    assert_eq!(read(0).await, json!({ "read_seq": 0, "unread_count": 3 }));
    assert_eq!(read(2).await, json!({ "read_seq": 2, "unread_count": 1 }));
    assert_eq!(read(1).await, json!({ "read_seq": 2, "unread_count": 1 }));
    assert_eq!(read(3).await, json!({ "read_seq": 3, "unread_count": 0 }));
    for socket in [&mut alices, &mut bobs] {
        for seq in [2, 3] {
            let event = socket.hears("read").await;
            assert_eq!(event["conversation_id"], *conversation);
            assert_eq!(event["data"], json!({ "user_id": bob.id, "read_seq": seq }));
        }
        assert!(socket.has_heard("read").await.is_empty(), "no event if the mark did not move");
    }
}

#[tokio::test]
async fn bad_input_is_rejected() {
    let chat = Chat::start().await;
    let (alice, _bob, conversation) = chat.pair().await;
    alice.says(&conversation, "one").await;
    let path = format!("/api/conversations/{conversation}/read");
    chat.rejects_bad_bodies(Method::PUT, &path, Some(&alice.token)).await;
    for (seq, code) in [
        (json!(null), "invalid_request"),
        (json!(-1), "invalid_request"),
        (json!(1.5), "invalid_request"),
        (json!(2), "invalid_request"),
        (json!(u64::MAX), "invalid_request"),
        (json!("1"), "invalid_body"),
        (json!([1]), "invalid_body"),
    ] {
        let answer = alice.put(&path, json!({ "seq": seq })).await;
        answer.rejects(400, code);
        assert_eq!(answer.pointers(), ["/seq"]);
    }
}
