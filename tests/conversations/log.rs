//! `GET /api/conversations/{id}/log`

use serde_json::json;

use crate::support::Chat;

#[tokio::test]
async fn the_log_tells_what_happened_in_order() {
    let chat = Chat::start().await;
    let (alice, bob, conversation) = chat.pair().await;
    let path = format!("/api/conversations/{conversation}/log");
    let empty = bob.get(&path).await.expect(200);
    assert_eq!(empty, json!({ "entries": [], "head_seq": 0, "has_more": false }));

    let sent = alice.says(&conversation, "one").await;
    bob.says(&conversation, "two").await;
    let body = bob.get(&path).await.expect(200);
    assert_eq!(body["head_seq"], 2);
    let mut entry = body["entries"][0].clone();
    assert_eq!(entry["type"], "message");
    entry.as_object_mut().unwrap().remove("type");
    assert_eq!(entry, sent, "an entry of a message has the message's members");

    let rest = bob.get(&format!("{path}?after=1&limit=1")).await.expect(200);
    assert_eq!(rest["entries"][0]["content"], "two");
    assert_eq!(rest["has_more"], false);
    let first = bob.get(&format!("{path}?limit=1")).await.expect(200);
    assert_eq!((&first["entries"][0]["seq"], &first["has_more"]), (&json!(1), &json!(true)));
    assert_eq!(bob.get(&format!("{path}?after=77")).await.expect(200)["head_seq"], 2);
}

#[tokio::test]
async fn bad_cursors_are_refused() {
    let chat = Chat::start().await;
    let (alice, _bob, conversation) = chat.pair().await;
    for query in ["after=x", "after=-1", "after=", "limit=0", "limit=101", "after=1&after=1"] {
        let path = format!("/api/conversations/{conversation}/log?{query}");
        alice.get(&path).await.refuses(400, "invalid_request");
    }
}
