//! `POST /api/conversations/{id}/messages`

use std::time::Duration;

use futures::future::join_all;
use reqwest::Method;
use serde_json::json;

use crate::support::{Chat, client_id, ulid};

#[tokio::test(flavor = "multi_thread")]
async fn a_message_is_stored_and_pushed_to_everyone_else() {
    let chat = Chat::start().await;
    let (alice, bob, conversation) = chat.pair().await;
    let (mut alices, mut bobs) = (alice.comes_online().await, bob.comes_online().await);
    let mut silent = bob.opens_a_socket().await;
    let id = client_id(chat.now());
    let answer = alice.tries_to_send(&conversation, &id, "hé\n😀").await;
    answer.has_the_common_headers();
    let message = answer.expect(201)["message"].clone();
    assert_eq!(message["conversation_id"], *conversation);
    assert_eq!(message["seq"], 1);
    assert_eq!(message["sender_id"], alice.id);
    assert_eq!(message["client_id"], id);
    assert_eq!(message["content"], "hé\n😀");
    assert_eq!(message["reply_to"], json!(null));
    assert_eq!(message["edited_at"], json!(null));
    assert_eq!(message["deleted"], false);
    assert_eq!(message["reactions"], json!([]));
    for socket in [&mut alices, &mut bobs] {
        let event = socket.hears("entry").await;
        assert_eq!((&event["conversation_id"], &event["seq"]), (&json!(conversation), &json!(1)));
        assert_eq!(event["data"]["type"], "message");
        assert_eq!(event["data"]["content"], "hé\n😀");
    }
    assert!(
        silent.has_heard("entry").await.is_empty(),
        "a socket gets no events before its first request"
    );
}

#[tokio::test]
async fn a_version_7_uuid_is_a_valid_client_id() {
    let chat = Chat::start().await;
    let (alice, _bob, conversation) = chat.pair().await;
    let hex = format!("{:012x}", chat.now().as_millis());
    let id = format!("{}-{}-7cc3-98c4-dc0c0c07398f", &hex[..8], &hex[8..]);
    let sent = alice.tries_to_send(&conversation, &id, "hi").await.expect(201);
    assert_eq!(sent["message"]["client_id"], id);
    let again = alice.tries_to_send(&conversation, &id.to_uppercase(), "hi").await.expect(200);
    assert_eq!(again, sent);
}

/// I2.
#[tokio::test(flavor = "multi_thread")]
async fn a_message_that_is_sent_repeatedly_is_stored_once() {
    let chat = Chat::start().await;
    let (alice, bob, conversation) = chat.pair().await;
    let id = client_id(chat.now());
    let attempts = join_all((0..16).map(|_| alice.tries_to_send(&conversation, &id, "once"))).await;
    let count = |status| attempts.iter().filter(|answer| answer.status == status).count();
    assert_eq!((count(201), count(200)), (1, 15));
    assert!(attempts.iter().all(|answer| answer.body["message"] == attempts[0].body["message"]));
    bob.tries_to_send(&conversation, &id, "mine").await.expect(201);
    let other_text = alice.tries_to_send(&conversation, &id, "twice").await.expect(200);
    assert_eq!(other_text["message"]["content"], "once", "the first text is kept");
    assert_eq!(bob.log(&conversation).await.len(), 2);
}

/// I2: regardless of other messages and of time.
#[tokio::test]
async fn a_late_retry_adds_nothing() {
    let chat = Chat::with_parameters(&[("EntriesPerSender", "1000")]).await;
    let (alice, bob, conversation) = chat.pair().await;
    let id = client_id(chat.now());
    let sent = alice.tries_to_send(&conversation, &id, "first").await.expect(201);
    for n in 0..300 {
        bob.says(&conversation, &format!("message {n}")).await;
    }
    chat.advance(86_400);
    bob.says(&conversation, "a day later").await;
    assert_eq!(alice.tries_to_send(&conversation, &id, "first").await.expect(200), sent);
    assert_eq!(bob.log(&conversation).await.len(), 302);
}

/// I2: responses of the table get lost or fail after the write.
#[tokio::test(flavor = "multi_thread")]
async fn a_write_with_a_lost_response_takes_effect_once_and_is_pushed() {
    for kind in [local::FaultKind::LoseResponse, local::FaultKind::FailAfterwards] {
        let chat = Chat::start().await;
        let (alice, bob, conversation) = chat.pair().await;
        let mut bobs = bob.comes_online().await;
        let entry = local::Fault {
            operation: "PutItem".to_owned(),
            containing: Some("LOG#".to_owned()),
            kind,
            times: 1,
        };
        chat.stack().table().faults().add(entry);
        let id = client_id(chat.now());
        alice.tries_to_send(&conversation, &id, "once").await.expect(201);
        assert_eq!(bobs.hears("entry").await["data"]["content"], "once");
        alice.tries_to_send(&conversation, &id, "once").await.expect(200);
        assert_eq!(bob.log(&conversation).await.len(), 1);
    }
}

/// I1: throttling and transaction conflicts cause neither gaps nor duplicates.
#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_lost_while_the_table_throttles() {
    let chat = Chat::start().await;
    let (alice, bob, conversation) = chat.pair().await;
    let fault = |kind, times| local::Fault {
        operation: "PutItem".to_owned(),
        containing: Some("LOG#".to_owned()),
        kind,
        times,
    };
    chat.stack().table().faults().add(fault(local::FaultKind::Throttle, 2));
    alice.says(&conversation, "one").await;
    chat.stack().table().faults().add(fault(local::FaultKind::Conflict, 3));
    alice.says(&conversation, "two").await;
    // More often than the SDK retries.
    chat.stack().table().faults().add(fault(local::FaultKind::Throttle, 7));
    alice.says(&conversation, "three").await;
    chat.stack().table().faults().add(fault(local::FaultKind::Throttle, usize::MAX));
    let id = client_id(chat.now());
    alice.tries_to_send(&conversation, &id, "four").await.rejects(503, "unavailable");
    chat.stack().table().faults().clear();
    alice.tries_to_send(&conversation, &id, "four").await.expect(201);
    let contents: Vec<_> =
        bob.log(&conversation).await.iter().map(|entry| entry["content"].clone()).collect();
    assert_eq!(contents, ["one", "two", "three", "four"]);
}

/// If a head hint was lost, the sender's retry restores it.
#[tokio::test]
async fn a_retry_restores_a_lost_head() {
    let chat = Chat::start().await;
    let (alice, bob, conversation) = chat.pair().await;
    chat.stack().table().faults().add(local::Fault {
        operation: "PutItem".to_owned(),
        containing: Some("HEAD".to_owned()),
        kind: local::FaultKind::Fail,
        times: 3,
    });
    let id = client_id(chat.now());
    alice.tries_to_send(&conversation, &id, "hi").await.expect(201);
    let unread = async || {
        let body = bob.get("/api/conversations").await.expect(200);
        body["conversations"][0]["unread_count"].as_u64().unwrap()
    };
    assert_eq!(unread().await, 0, "the hint was lost");
    alice.tries_to_send(&conversation, &id, "hi").await.expect(200);
    assert_eq!(unread().await, 1);
}

/// A stale read does no harm. The put fails and returns the existing entry, which is checked.
#[tokio::test]
async fn a_stale_initial_read_is_corrected_by_the_put() {
    let chat = Chat::start().await;
    let (alice, bob, conversation) = chat.pair().await;
    let (_, calls) = chat.calls_of(alice.says(&conversation, "one")).await;
    let stale = calls.iter().find(|call| call.operation == "Query").unwrap().response.clone();
    for n in 2..5 {
        bob.says(&conversation, &format!("message {n}")).await;
    }
    chat.stack().table().faults().next("Query", 1, local::FaultKind::Respond(200, stale));
    assert_eq!(alice.says(&conversation, "five").await["seq"], 5);
}

#[tokio::test]
async fn a_sender_can_add_thirty_entries_within_ten_seconds() {
    let chat = Chat::start().await;
    let (alice, bob, conversation) = chat.pair().await;
    let mut first = None;
    for n in 0..30 {
        let id = client_id(chat.now());
        alice.tries_to_send(&conversation, &id, &format!("message {n}")).await.expect(201);
        first.get_or_insert(id);
    }
    let id = client_id(chat.now());
    let answer = alice.tries_to_send(&conversation, &id, "one too many").await;
    answer.rejects(429, "too_many_messages");
    assert!((1..=10).contains(&answer.header("retry-after").parse::<u64>().unwrap()));
    bob.says(&conversation, "others may still send").await;
    let first = first.unwrap();
    alice.tries_to_send(&conversation, &first, "message 0").await.expect(200);
    chat.stack().advance(Duration::from_secs(10));
    alice.tries_to_send(&conversation, &id, "one too many").await.expect(201);
}

#[tokio::test]
async fn an_id_from_the_future_is_rejected() {
    let chat = Chat::start().await;
    let (alice, _bob, conversation) = chat.pair().await;
    let ahead = |secs| client_id(chat.now() + Duration::from_secs(secs));
    alice.tries_to_send(&conversation, &ahead(9), "a little ahead").await.expect(201);
    let answer = alice.tries_to_send(&conversation, &ahead(12), "far ahead").await;
    answer.rejects(400, "client_id_in_future");
    alice.tries_to_send(&conversation, &client_id(chat.now()), "now").await.expect(201);
}

#[tokio::test]
async fn a_reply_must_name_a_message_in_the_conversation() {
    let chat = Chat::start().await;
    let (alice, bob, conversation) = chat.pair().await;
    alice.says(&conversation, "one").await;
    let path = format!("/api/conversations/{conversation}/messages");
    let reply = |reply_to| json!({ "client_id": client_id(chat.now()), "content": "two", "reply_to": reply_to });
    for (reply_to, code) in [
        (json!(0), "invalid_request"),
        (json!(-1), "invalid_request"),
        (json!(2), "invalid_request"),
        (json!(1.5), "invalid_request"),
        (json!(1e30), "invalid_request"),
        (json!(1_u64 << 53), "invalid_request"),
        (json!(u64::MAX), "invalid_request"),
        (json!("1"), "invalid_body"),
        (json!([]), "invalid_body"),
        (json!([1]), "invalid_body"),
        (json!({}), "invalid_body"),
        (json!(true), "invalid_body"),
    ] {
        let answer = bob.post(&path, reply(reply_to)).await;
        answer.rejects(400, code);
        assert_eq!(answer.pointers(), ["/reply_to"]);
    }
    assert_eq!(bob.post(&path, reply(json!(1))).await.expect(201)["message"]["reply_to"], 1);
}

#[tokio::test]
async fn bad_input_is_rejected() {
    let chat = Chat::start().await;
    let (alice, _bob, conversation) = chat.pair().await;
    let path = format!("/api/conversations/{conversation}/messages");
    chat.rejects_bad_bodies(Method::POST, &path, Some(&alice.token)).await;
    let id = ulid(chat.now());
    let cases = [
        (json!({ "client_id": id }), "invalid_request", "/content"),
        (json!({ "content": "x" }), "invalid_request", "/client_id"),
        (json!({ "client_id": "", "content": "x" }), "invalid_request", "/client_id"),
        (json!({ "client_id": "x", "content": "x" }), "invalid_request", "/client_id"),
        (
            json!({ "client_id": "550e8400-e29b-41d4-a716-446655440000", "content": "x" }),
            "invalid_request",
            "/client_id",
        ),
        (json!({ "client_id": 5, "content": "x" }), "invalid_body", "/client_id"),
        (json!({ "client_id": id, "content": "" }), "invalid_request", "/content"),
        (json!({ "client_id": id, "content": " \n " }), "invalid_request", "/content"),
        (json!({ "client_id": id, "content": "a\u{0}b" }), "invalid_request", "/content"),
        (json!({ "client_id": id, "content": "x".repeat(4_001) }), "invalid_request", "/content"),
        (json!({ "client_id": id, "content": { "text": "x" } }), "invalid_body", "/content"),
    ];
    for (body, code, pointer) in cases {
        let answer = alice.post(&path, body).await;
        answer.rejects(400, code);
        assert_eq!(answer.pointers(), [pointer]);
    }
    assert!(alice.log(&conversation).await.is_empty());
    let longest = "é".repeat(4_000);
    assert_eq!(alice.says(&conversation, &longest).await["content"], longest.as_str());
}
