//! `send`

use serde_json::{Value, json};

use crate::support::{Chat, client_id};

#[tokio::test(flavor = "multi_thread")]
async fn a_message_gets_a_reply_and_is_pushed_to_every_other_socket() {
    let chat = Chat::start().await;
    let (alice, bob, conversation) = chat.pair().await;
    let (mut here, mut there, mut bobs) =
        (alice.comes_online().await, alice.comes_online().await, bob.comes_online().await);
    let send = json!({
        "conversation_id": conversation, "client_id": client_id(chat.now()), "content": "hi",
    });
    let reply = here.asks("send", send.clone()).await.unwrap();
    assert_eq!((&reply["message"]["seq"], &reply["duplicate"]), (&json!(1), &json!(false)));
    assert_eq!(bobs.hears("entry").await["data"]["content"], "hi");
    assert_eq!(there.hears("entry").await["data"]["client_id"], send["client_id"]);
    assert!(here.has_heard("entry").await.is_empty(), "the requesting socket gets only the reply");

    let again = here.asks("send", send).await.unwrap();
    assert_eq!(again, json!({ "message": reply["message"], "duplicate": true }));
    assert!(bobs.has_heard("entry").await.is_empty());
}

/// I4: a user who is not a member gets no pushes from a conversation.
#[tokio::test(flavor = "multi_thread")]
async fn a_user_who_is_not_a_member_gets_no_push() {
    let chat = Chat::start().await;
    let (alice, bob) = (chat.joins("Alice").await, chat.joins("Bob").await);
    let eve = chat.joins("Eve").await;
    let mut eves = eve.comes_online().await;
    let (mut alices, mut bobs) = (alice.comes_online().await, bob.comes_online().await);
    let conversation = alice.talks_to(&bob).await;
    let send = json!({ "conversation_id": conversation, "client_id": client_id(chat.now()), "content": "hi" });
    alices.asks("send", send).await.unwrap();
    alices.asks("typing", json!({ "conversation_id": conversation })).await.unwrap();
    bobs.asks("read", json!({ "conversation_id": conversation, "seq": 1 })).await.unwrap();
    bobs.hears("entry").await;
    bobs.hears("typing").await;
    alices.hears("read").await;
    for event in ["conversation", "entry", "typing", "read"] {
        assert_eq!(eves.has_heard(event).await, Vec::<Value>::new());
    }
}

/// The socket and HTTP write to the same log.
#[tokio::test(flavor = "multi_thread")]
async fn an_id_accepted_over_http_is_a_duplicate_on_the_socket() {
    let chat = Chat::start().await;
    let (alice, _bob, conversation) = chat.pair().await;
    let id = client_id(chat.now());
    let sent = alice.tries_to_send(&conversation, &id, "hi").await.expect(201);
    let mut socket = alice.comes_online().await;
    let send = json!({ "conversation_id": conversation, "client_id": id, "content": "hi" });
    let reply = socket.asks("send", send).await.unwrap();
    assert_eq!(reply, json!({ "message": sent["message"], "duplicate": true }));
}

#[tokio::test(flavor = "multi_thread")]
async fn too_many_messages_are_rejected_with_a_retry_delay() {
    let chat = Chat::with_parameters(&[("EntriesPerSender", "3")]).await;
    let (alice, _bob, conversation) = chat.pair().await;
    let mut socket = alice.comes_online().await;
    let send = |n: u64| json!({ "conversation_id": conversation, "client_id": client_id(chat.now()), "content": n.to_string() });
    for n in 0..3 {
        socket.asks("send", send(n)).await.unwrap();
    }
    let error: Value = socket.asks("send", send(3)).await.unwrap_err();
    assert_eq!((&error["status"], &error["code"]), (&json!(429), &json!("too_many_messages")));
    assert_eq!(error["action"], "send");
    assert!((1..=10).contains(&error["retry_after"].as_u64().unwrap()));
    assert!(error["detail"].is_string());
}
