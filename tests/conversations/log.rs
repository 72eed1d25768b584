//! `GET /api/conversations/{id}/log`

use serde_json::json;

use crate::support::Chat;

#[tokio::test]
async fn the_log_has_every_event_in_order() {
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
    assert_eq!(entry, sent, "a message entry has the members of the message");

    let rest = bob.get(&format!("{path}?after=1&limit=1")).await.expect(200);
    assert_eq!(rest["entries"][0]["content"], "two");
    assert_eq!(rest["has_more"], false);
    let first = bob.get(&format!("{path}?limit=1")).await.expect(200);
    assert_eq!((&first["entries"][0]["seq"], &first["has_more"]), (&json!(1), &json!(true)));
    assert_eq!(bob.get(&format!("{path}?after=77")).await.expect(200)["head_seq"], 2);
}

#[tokio::test]
async fn bad_cursors_are_rejected() {
    let chat = Chat::start().await;
    let (alice, _bob, conversation) = chat.pair().await;
    for query in ["after=x", "after=-1", "after=", "limit=0", "limit=101", "after=1&after=1"] {
        let path = format!("/api/conversations/{conversation}/log?{query}");
        alice.get(&path).await.rejects(400, "invalid_request");
    }
}

/// A query reads the entries of one transaction one by one. It may see a later entry before an earlier one (I1).
#[tokio::test]
async fn a_page_with_a_gap_is_read_again() {
    let chat = Chat::start().await;
    let (alice, bob, carol) =
        (chat.joins("Alice").await, chat.joins("Bob").await, chat.joins("Carol").await);
    let group = alice.creates_group("Harbour", &[]).await;
    let path = format!("/api/conversations/{group}");
    let body = json!({ "user_ids": [bob.id, carol.id] });
    alice.post(&format!("{path}/members"), body).await.expect(200);
    alice.says(&group, "hi").await;

    for is_ascending in ["true", "false"] {
        let (whole, read) = chat.calls_of(alice.get(&format!("{path}/log"))).await;
        let whole = whole.expect(200);
        let of_entries = format!("\"ScanIndexForward\":{is_ascending}");
        let query = read.iter().find(|call| {
            call.operation == "Query" && call.request.to_string().contains(&of_entries)
        });
        let mut torn = query.unwrap().response.clone();
        let items = torn["Items"].as_array_mut().unwrap();
        if is_ascending == "true" {
            assert_eq!(items.len(), 3);
            items.remove(1);
        } else {
            // The window is the conversation and its newest entries. Remove the newest entry, which the conversation's head
            // still names.
            assert_eq!(items.len(), 2);
            items.remove(1);
        }
        chat.stack().table().faults().add(local::Fault {
            operation: "Query".to_owned(),
            containing: Some(of_entries),
            kind: local::FaultKind::Respond(200, torn),
            times: 1,
        });
        assert_eq!(alice.get(&format!("{path}/log")).await.expect(200), whole);
    }
}
