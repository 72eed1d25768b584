//! Invalid frames: each gets one error, and the socket stays open.

use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::Message;

use crate::support::{Chat, client_id, ulid};

#[tokio::test(flavor = "multi_thread")]
async fn an_unreadable_frame_gets_an_error_and_the_socket_stays_open() {
    let chat = Chat::start().await;
    let ada = chat.joins("Ada").await;
    let mut socket = ada.comes_online().await;
    let deep =
        format!(r#"{{"action":"ping","id":"1","x":{}1{}}}"#, "[".repeat(9_000), "]".repeat(9_000));
    let long = format!(r#"{{"action":"ping","id":"{}"}}"#, "x".repeat(65));
    let nearly = format!(r#"{{"action":"ping","x":"{}"}}"#, "x".repeat(32_000));
    let frames = [
        " ",
        "nonsense",
        "null",
        "7",
        "\"ping\"",
        "[]",
        "{}",
        "{\"action\":\"ping\"}",
        "{\"id\":\"1\"}",
        r#"{"action":"ping","id":1}"#,
        r#"{"action":"ping","id":null}"#,
        r#"{"action":"ping","id":""}"#,
        r#"{"action":7,"id":"1"}"#,
        r#"{"action":"ping","id":"1""#,
        r#"{"action":"ping","id":"\ud800"}"#,
        "\u{0}",
        &deep,
        &long,
        &nearly,
    ];
    for frame in frames {
        socket.writes(frame).await;
        let error = socket.hears_error().await;
        assert_eq!(
            (&error["code"], &error["status"]),
            (&json!("invalid_frame"), &json!(400)),
            "{frame:.60}"
        );
    }
    socket.asks("ping", json!({})).await.unwrap();
}

#[tokio::test]
async fn a_binary_frame_is_not_a_request() {
    let chat = Chat::start().await;
    let ada = chat.joins("Ada").await;
    let mut socket = ada.comes_online().await;
    socket.writes_raw(Message::binary(&b"{\"action\":\"ping\",\"id\":\"1\"}"[..])).await;
    assert_eq!(socket.hears_error().await["code"], "invalid_frame");
    socket.asks("ping", json!({})).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn bad_members_are_rejected_with_the_clients_id() {
    let chat = Chat::start().await;
    let (alice, _bob, conversation) = chat.pair().await;
    alice.says(&conversation, "one").await;
    let eve = chat.joins("Eve").await;
    let id = client_id(chat.now());
    let unknown = ulid(chat.now());
    let many: serde_json::Map<String, Value> =
        (0..501).map(|n| (n.to_string(), json!(1))).collect();
    let bad = [
        ("dance", json!({})),
        ("", json!({})),
        ("HELLO", json!({})),
        ("send", json!({})),
        ("send", json!({ "conversation_id": conversation, "client_id": id })),
        ("send", json!({ "conversation_id": conversation, "client_id": id, "content": "" })),
        (
            "send",
            json!({ "conversation_id": conversation, "client_id": id, "content": "x".repeat(4_001) }),
        ),
        ("send", json!({ "conversation_id": conversation, "client_id": id, "content": "a\u{0}" })),
        ("send", json!({ "conversation_id": conversation, "client_id": "x", "content": "x" })),
        ("send", json!({ "conversation_id": conversation, "client_id": 1, "content": "x" })),
        ("send", json!({ "conversation_id": [], "client_id": id, "content": "x" })),
        (
            "send",
            json!({ "conversation_id": conversation, "client_id": id, "content": "x", "reply_to": 9 }),
        ),
        ("read", json!({ "conversation_id": conversation })),
        ("read", json!({ "conversation_id": conversation, "seq": -1 })),
        ("read", json!({ "conversation_id": conversation, "seq": "1" })),
        ("read", json!({ "conversation_id": conversation, "seq": 2 })),
        ("typing", json!({})),
        ("typing", json!({ "conversation_id": "" })),
        ("sync", json!({})),
        ("sync", json!({ "since": [] })),
        ("sync", json!({ "since": { "": 1 } })),
        ("sync", json!({ "since": { &*conversation: -1 } })),
        ("sync", json!({ "since": { &*conversation: "1" } })),
        ("sync", json!({ "since": many })),
        ("sync", json!({ "since": {}, "limit": 0 })),
        ("sync", json!({ "since": {}, "limit": 101 })),
    ];
    let mut socket = alice.comes_online().await;
    for (action, members) in bad {
        let error = socket.asks(action, members.clone()).await.unwrap_err();
        assert_eq!(error["status"], 400, "{action} {members}: {error}");
        let code = if ["dance", "", "HELLO"].contains(&action) {
            "unknown_action"
        } else {
            "invalid_request"
        };
        assert_eq!((&error["code"], &error["action"]), (&json!(code), &json!(action)), "{members}");
    }

    // I4: a conversation of other users gets the same error as one that does not exist.
    let mut eves = eve.comes_online().await;
    for conversation in [&*conversation, &*unknown, "conv-1", "a#b/é"] {
        let with_id = |more: Value| {
            let mut members = more;
            members["conversation_id"] = json!(conversation);
            members
        };
        for (action, members) in [
            ("send", with_id(json!({ "client_id": id, "content": "let me in" }))),
            ("read", with_id(json!({ "seq": 1 }))),
            ("typing", with_id(json!({}))),
        ] {
            let error = eves.asks(action, members).await.unwrap_err();
            assert_eq!((&error["status"], &error["code"]), (&json!(404), &json!("not_found")));
        }
    }
    socket.asks("ping", json!({})).await.unwrap();
    assert!(socket.has_heard("typing").await.is_empty());
    assert_eq!(alice.log(&conversation).await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_frame_over_32_kb_closes_the_socket_with_1009() {
    let chat = Chat::start().await;
    let ada = chat.joins("Ada").await;
    let mut socket = ada.comes_online().await;
    socket.writes(&" ".repeat(32 * 1024 + 1)).await;
    assert_eq!(socket.is_closed().await, Some(1009));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repeated_request_gets_a_reply_each_time() {
    let chat = Chat::start().await;
    let ada = chat.joins("Ada").await;
    let mut socket = ada.comes_online().await;
    for _ in 0..3 {
        socket.writes(r#"{"action":"ping","id":"same"}"#).await;
    }
    for _ in 0..3 {
        assert_eq!(socket.reply_to("same").await, Ok(json!({})));
    }
}
