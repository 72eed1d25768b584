//! Reads on which a right depends are asked for with consistency. The embedded engine ignores the flag,
//! so that it was sent is what can be seen here.

use serde_json::json;

use crate::support::{Chat, client_id};

/// Keys of the rows that rights hang on.
const RIGHTS: [&str; 5] = ["SESSION#", "CONNECTION#", "TICKET#", "CREDENTIAL", "GUARD"];

#[tokio::test(flavor = "multi_thread")]
async fn whatever_a_right_depends_on_is_read_with_consistency() {
    let chat = Chat::start().await;
    let (_, calls) = chat
        .calls_of(async {
            let (alice, bob, conversation) = chat.pair().await;
            alice.says(&conversation, "one").await;
            bob.get(&format!("/api/conversations/{conversation}/messages")).await.expect(200);
            bob.get(&format!("/api/conversations/{conversation}/messages?after=0")).await.expect(200);
            bob.log(&conversation).await;
            bob.get(&format!("/api/conversations/{conversation}")).await.expect(200);
            bob.get("/api/conversations").await.expect(200);
            bob.get("/api/auth/sessions").await.expect(200);
            let ticket = bob.post("/api/auth/ticket", json!({})).await.expect(200);
            let query = format!("?ticket={}", ticket["ticket"].as_str().unwrap());
            let mut socket = chat.socket(&[], &query).await.unwrap();
            socket.asks("hello", json!({})).await.unwrap();
            socket.asks("sync", json!({ "since": { &*conversation: 0 } })).await.unwrap();
            socket.asks("read", json!({ "conversation_id": conversation, "seq": 1 })).await.unwrap();
            socket.asks("typing", json!({ "conversation_id": conversation })).await.unwrap();
            let send = json!({ "conversation_id": conversation, "client_id": client_id(chat.now()), "content": "x" });
            socket.asks("send", send).await.unwrap();
            bob.delete("/api/auth/sessions").await.expect(200);
            bob.post("/api/auth/logout", json!({})).await.expect(200);
        })
        .await;
    let reads = ["GetItem", "Query", "BatchGetItem"];
    let mut seen = std::collections::BTreeSet::new();
    for call in calls.iter().filter(|call| reads.contains(&&*call.operation)) {
        let body = call.request.to_string();
        for row in RIGHTS.iter().filter(|row| body.contains(**row)) {
            seen.insert(*row);
            assert!(call.consistent, "{body}");
        }
        // Logs, conversations and memberships: only a send's first look and the heads of lists may be old.
        let is_first_look = call.operation == "Query" && body.contains("META");
        let is_hint =
            call.operation == "BatchGetItem" && (body.contains("HEAD") || body.contains("ACCOUNT"));
        let is_warm_up = body.contains("WARM-UP");
        assert!(call.consistent || is_first_look || is_hint || is_warm_up, "{body}");
    }
    assert_eq!(seen.len(), RIGHTS.len(), "{seen:?}");
    let sends = calls.iter().filter(|call| call.operation == "Query" && !call.consistent).count();
    assert_eq!(sends, 2, "nobody but the two sends looks without consistency");
    assert!(calls.iter().all(|call| call.operation != "Scan"));
}
