//! Reads that decide about access are strongly consistent. The embedded engine ignores the flag, so the tests check that it
//! was sent.

use std::collections::BTreeSet;

use local::Call;
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Chat, client_id};

/// Keys of the rows that access depends on.
const RIGHTS: [&str; 5] = ["SESSION#", "CONNECTION#", "TICKET#", "CREDENTIAL", "GUARD"];

#[tokio::test(flavor = "multi_thread")]
async fn every_read_that_decides_about_access_is_consistent() {
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
    let mut seen = BTreeSet::new();
    for call in calls.iter().filter(|call| is_read(call)) {
        let body = call.request.to_string();
        for row in RIGHTS.iter().filter(|row| body.contains(**row)) {
            seen.insert(*row);
            assert!(call.consistent, "{body}");
        }
        assert!(call.consistent || may_be_stale(call), "{body}");
    }
    assert_eq!(seen.len(), RIGHTS.len(), "{seen:?}");
    let sends = calls.iter().filter(|call| call.operation == "Query" && !call.consistent).count();
    assert_eq!(sends, 2, "only the two sends read without consistency");
    assert!(calls.iter().all(|call| call.operation != "Scan"));
}

/// Covers groups and changes of messages: only a send may begin with a stale read.
#[tokio::test(flavor = "multi_thread")]
async fn every_read_for_a_change_is_consistent() {
    let chat = Chat::start().await;
    let (alice, bob, carol) =
        tokio::join!(chat.joins("Alice"), chat.joins("Bob"), chat.joins("Carol"));
    let (mut alices, mut bobs) = (alice.comes_online().await, bob.comes_online().await);
    let body = json!({ "kind": "group", "title": "Harbour", "user_ids": [bob.id] });
    let create = chat.calls_of(alice.post("/api/conversations", body)).await;
    let group = create.0.expect(201)["conversation"]["id"].as_str().unwrap().to_owned();
    let path = format!("/api/conversations/{group}");
    let message = format!("{path}/messages/1");
    let adds = json!({ "user_ids": [carol.id] });
    let says = json!({ "client_id": client_id(chat.now()), "content": "hi" });
    let mut calls = create.1;
    let requests = [
        (&alice, Method::POST, format!("{path}/messages"), says, true),
        (&alice, Method::PATCH, message.clone(), json!({ "content": "ho" }), false),
        (&bob, Method::PUT, format!("{message}/reactions/tada"), json!({}), false),
        (&bob, Method::DELETE, format!("{message}/reactions/tada"), json!({}), false),
        (&alice, Method::PATCH, path.clone(), json!({ "title": "Pier" }), false),
        (&alice, Method::POST, format!("{path}/members"), adds, false),
        (&bob, Method::PUT, format!("{path}/read"), json!({ "seq": 1 }), false),
        (&alice, Method::DELETE, format!("{path}/members/{}", carol.id), json!({}), false),
        (&bob, Method::DELETE, message, json!({}), false),
        (&alice, Method::DELETE, format!("{path}/messages/1"), json!({}), false),
    ];
    for (person, method, path, body, is_send) in requests {
        let what = format!("{method} {path}");
        let (answer, further) = chat.calls_of(person.call(method, &path, Some(body))).await;
        // Bob may not delete Alice's message. That decision also depends on the reads.
        assert!([200, 201, 403].contains(&answer.status), "{what}: {}", answer.body);
        check_log_reads(&what, &further, is_send);
        calls.extend(further);
    }
    let says = json!({ "client_id": client_id(chat.now()), "content": "hi", "reply_to": 1 });
    for (action, mut members, is_send) in [
        ("send", says, true),
        ("edit", json!({ "content": "ho" }), false),
        ("react", json!({ "emote": "tada" }), false),
        ("unreact", json!({ "emote": "tada" }), false),
        ("delete", json!({}), false),
    ] {
        members["conversation_id"] = json!(group);
        if !is_send {
            members["seq"] = json!(alice.messages(&group).await[1]["seq"]);
        }
        let (answer, further) = chat
            .calls_of(async {
                let answer = alices.asks(action, members).await;
                // The pushes follow the reply.
                chat.quiet().await;
                answer
            })
            .await;
        answer.expect(action);
        check_log_reads(action, &further, is_send);
        calls.extend(further);
    }
    let (heard, further) =
        chat.calls_of(bobs.asks("sync", json!({ "since": { &*group: 0 } }))).await;
    assert!(heard.unwrap()["conversations"][0]["entries"].as_array().unwrap().len() > 10);
    calls.extend(further);

    let mut seen = BTreeSet::new();
    for call in calls.iter().filter(|call| is_read(call)) {
        assert!(call.consistent || may_be_stale(call), "{}", call.request);
        if call.consistent {
            seen.insert((&*call.operation, kind_of_row(call)));
        }
    }
    // These reads decide: the members of the group for reads, pushes and syncs; the message to change; and the caller.
    for (operation, row) in [
        ("Query", "META"),
        ("GetItem", "META"),
        ("BatchGetItem", "CONV#"),
        ("GetItem", "LOG#"),
        ("GetItem", "SESSION#"),
        ("GetItem", "CONNECTION#"),
    ] {
        assert!(seen.contains(&(operation, row)), "{operation} of {row} among {seen:?}");
    }
}

/// A request begins by reading the newest entries. Only a send may read them without consistency.
#[track_caller]
fn check_log_reads(what: &str, calls: &[Call], is_send: bool) {
    let stale = calls.iter().filter(|call| call.operation == "Query" && !call.consistent).count();
    assert_eq!(stale, usize::from(is_send), "{what}");
    let reads =
        calls.iter().filter(|call| call.operation == "Query" && is_first_read(call)).count();
    assert!(reads >= 1, "{what} reads the log");
}

fn is_read(call: &Call) -> bool {
    ["GetItem", "Query", "BatchGetItem"].contains(&&*call.operation)
}

/// Only these reads may be stale: a send's first read, the heads of lists, the online state, and the read that only warms up
/// the connection.
fn may_be_stale(call: &Call) -> bool {
    match &*call.operation {
        "Query" => is_first_read(call),
        "BatchGetItem" => ["HEAD", "ACCOUNT"].contains(&kind_of_row(call)),
        _ => kind_of_row(call) == "WARM-UP",
    }
}

fn is_first_read(call: &Call) -> bool {
    kind_of_row(call) == "META"
}

/// The kind of the rows that a read requests, by their keys: the one kind in a batch, or the last possible row of a query.
fn kind_of_row(call: &Call) -> &'static str {
    let text = |value: &Value| value["S"].as_str().unwrap_or_default().to_owned();
    let keys: Vec<String> = match &*call.operation {
        "Query" => {
            let values = call.request["ExpressionAttributeValues"].as_object().unwrap().values();
            values.map(text).collect()
        }
        "GetItem" => vec![text(&call.request["Key"]["sk"])],
        _ => {
            let tables = call.request["RequestItems"].as_object().unwrap().values();
            let keys = tables.flat_map(|table| table["Keys"].as_array().unwrap());
            keys.map(|key| text(&key["sk"])).collect()
        }
    };
    let is_query = call.operation == "Query";
    let kinds = ["META", "HEAD", "ACCOUNT", "WARM-UP", "LOG#", "CONV#", "SESSION#", "CONNECTION#"];
    let is_of = |kind: &&str| match is_query {
        true => keys.iter().any(|key| key == kind),
        false => keys.iter().all(|key| key.starts_with(*kind)),
    };
    kinds.into_iter().find(is_of).unwrap_or("other")
}
