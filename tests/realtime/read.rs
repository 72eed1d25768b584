//! `read`

use serde_json::json;

use crate::support::Chat;

#[tokio::test(flavor = "multi_thread")]
async fn a_read_mark_is_pushed_to_other_members() {
    let chat = Chat::start().await;
    let (alice, bob, conversation) = chat.pair().await;
    alice.says(&conversation, "one").await;
    let (mut alices, mut bobs) = (alice.comes_online().await, bob.comes_online().await);
    let mut elsewhere = bob.comes_online().await;
    let read = json!({ "conversation_id": conversation, "seq": 1 });
    let reply = bobs.asks("read", read.clone()).await.unwrap();
    assert_eq!(reply, json!({ "read_seq": 1, "unread_count": 0 }));
    for socket in [&mut alices, &mut elsewhere] {
        let event = socket.hears("read").await;
        assert_eq!(event["data"], json!({ "user_id": bob.id, "read_seq": 1 }));
    }
    assert!(bobs.has_heard("read").await.is_empty());
    assert_eq!(bobs.asks("read", read).await.unwrap()["read_seq"], 1);
}
