//! Invalid members of frames: sequence numbers, conversation ids, and duplicate members.

use serde_json::{Value, json};

use crate::support::{Chat, Socket, client_id};

/// Sends a request and returns the status and code of its error.
async fn rejection(socket: &mut Socket, action: &str, members: &Value) -> (u64, String) {
    let rejected = socket.asks(action, members.clone()).await;
    let Err(rejected) = rejected else { panic!("{action} {members:.200} was not rejected") };
    (rejected["status"].as_u64().unwrap(), rejected["code"].as_str().unwrap().to_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_number_without_an_entry_is_rejected() {
    let chat = Chat::start().await;
    let (alice, _bob, conversation) = chat.pair().await;
    alice.says(&conversation, "hi").await;
    let mut socket = alice.comes_online().await;
    let invalid_numbers = [
        json!(0),
        json!(-1),
        json!(1.5),
        json!("1"),
        json!([]),
        json!([1]),
        json!({}),
        json!(true),
        json!(1_u64 << 53),
        json!(u64::MAX),
        json!(1e30),
        json!(-1e30),
    ];
    let beyond = [json!(2), json!((1_u64 << 53) - 1)];
    for action in ["edit", "delete", "react", "unreact", "read", "send"] {
        let member = if action == "send" { "reply_to" } else { "seq" };
        let (invalid, is_a_target) =
            ((400, "invalid_request".to_owned()), !["read", "send"].contains(&action));
        for (number, is_invalid) in invalid_numbers
            .iter()
            .map(|number| (number, true))
            .chain(beyond.iter().map(|number| (number, false)))
        {
            // Reading up to 0 is valid.
            if action == "read" && *number == 0 {
                continue;
            }
            let members = json!({
                "conversation_id": conversation, "client_id": client_id(chat.now()),
                "content": "ho", "emote": "tada", member: number,
            });
            let expected = match is_a_target && !is_invalid {
                true => (404, "not_found".to_owned()),
                false => invalid.clone(),
            };
            assert_eq!(
                rejection(&mut socket, action, &members).await,
                expected,
                "{action} {number}"
            );
        }
    }
    // Texts of numbers that a JSON library cannot write.
    for number in ["18446744073709551616", "1e400", "-0", "00", "0x1", "NaN"] {
        let id = format!("raw {number}");
        socket
            .writes(&format!(
                r#"{{"action":"delete","id":"{id}","conversation_id":"{conversation}","seq":{number}}}"#
            ))
            .await;
        let is_json = ["18446744073709551616", "-0"].contains(&number);
        let rejected = match is_json {
            true => socket.reply_to(&id).await.unwrap_err(),
            false => socket.hears_error().await,
        };
        let code = if is_json { "invalid_request" } else { "invalid_frame" };
        assert_eq!(
            (&rejected["status"], &rejected["code"]),
            (&json!(400), &json!(code)),
            "{number}"
        );
    }
    socket.asks("ping", json!({})).await.unwrap();
    assert_eq!(alice.log(&conversation).await.len(), 1, "nothing was changed");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_action_rejects_a_malformed_id() {
    let chat = Chat::start().await;
    let (alice, _bob, conversation) = chat.pair().await;
    alice.says(&conversation, "hi").await;
    let mut socket = alice.comes_online().await;
    let ids = [
        json!(null),
        json!(7),
        json!(1_u64 << 53),
        json!(u64::MAX),
        json!(1e30),
        json!(true),
        json!([conversation]),
        json!({}),
        json!(""),
        json!("x".repeat(65)),
        json!("x".repeat(20_000)),
        json!("\u{0}"),
        json!("a\u{7f}b"),
    ];
    for action in ["send", "edit", "delete", "react", "unreact", "read", "typing"] {
        for id in &ids {
            let members = json!({
                "conversation_id": id, "client_id": client_id(chat.now()), "content": "ho",
                "emote": "tada", "seq": 1,
            });
            let expected = (400, "invalid_request".to_owned());
            assert_eq!(
                rejection(&mut socket, action, &members).await,
                expected,
                "{action} {id:.40}"
            );
        }
    }
    assert_eq!(alice.log(&conversation).await.len(), 1);
}

/// [RFC 8259](https://www.rfc-editor.org/rfc/rfc8259#section-4) does not define duplicate members. Here the last one counts,
/// over HTTP and on a socket, and the others are ignored.
#[tokio::test(flavor = "multi_thread")]
async fn the_last_of_duplicate_members_counts() {
    let chat = Chat::start().await;
    let (alice, bob, conversation) = chat.pair().await;
    alice.says(&conversation, "hi").await;
    let path = format!("/api/conversations/{conversation}/messages/1");
    let edit = async |body: &str| {
        let body = body.as_bytes().to_vec();
        let token = Some(&*alice.token);
        chat.call_raw(reqwest::Method::PATCH, &path, token, "application/json", body).await
    };
    for _ in 0..3 {
        let edited = edit(r#"{"content":7,"content":"one","content":"two"}"#).await.expect(200);
        assert_eq!(edited["message"]["content"], "two");
    }
    assert_eq!(alice.log(&conversation).await.len(), 2, "the unchanged text adds no edit");
    edit(r#"{"content":"three","content":7}"#).await.rejects(400, "invalid_body");
    edit(r#"{"content":"three","content":null}"#).await.rejects(400, "invalid_request");

    let mut socket = alice.comes_online().await;
    let frame = format!(
        r#"{{"action":"delete","id":"no","seq":9,"conversation_id":"x","content":"three",
            "content":"four","action":"edit","seq":1,"conversation_id":"{conversation}","id":"yes"}}"#
    );
    for _ in 0..3 {
        socket.writes(&frame).await;
        assert_eq!(socket.reply_to("yes").await.unwrap()["message"]["content"], "four");
    }
    socket.writes(r#"{"action":"ping","id":"1","id":7}"#).await;
    assert_eq!(socket.hears_error().await["code"], "invalid_frame");
    socket.writes(r#"{"action":"ping","id":"2","action":"dance"}"#).await;
    assert_eq!(socket.reply_to("2").await.unwrap_err()["code"], "unknown_action");
    let log = bob.log(&conversation).await;
    assert_eq!((log.len(), &log[0]["content"]), (3, &json!("four")));
}
