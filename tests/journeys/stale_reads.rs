//! I4: a send begins with a read of the log that may be stale. The membership at the time of the write decides, not the one
//! in that read.

use local::{Fault, FaultKind};
use serde_json::{Value, json};

use crate::support::{Chat, Person, client_id};

/// The response that a send's first read gets now.
async fn first_read(person: &Person<'_>, group: &str, status: u16) -> Value {
    let id = client_id(person.chat.now());
    let send = person.tries_to_send(group, &id, "hello");
    let (sent, calls) = person.chat.calls_of(send).await;
    assert_eq!(sent.status, status);
    let read = calls.iter().find(|call| call.operation == "Query").unwrap();
    assert!(!read.consistent, "the first read may be stale");
    read.response.clone()
}

/// Replaces the next read with the earlier response.
fn replays(chat: &Chat, read: &Value) {
    chat.stack().table().faults().add(Fault {
        operation: "Query".to_owned(),
        containing: Some("\"META\"".to_owned()),
        kind: FaultKind::Respond(200, read.clone()),
        times: 1,
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn a_removed_member_sends_nothing_despite_a_stale_read() {
    let chat = Chat::start().await;
    let (alice, bob) = tokio::join!(chat.joins("Alice"), chat.joins("Bob"));
    let mut bobs = bob.comes_online().await;
    // The cases: just removed; removed, with many entries since the read; removed, added and removed again.
    for case in 0..3 {
        let group = alice.creates_group("Harbour", &[&bob]).await;
        let id = client_id(chat.now());
        bob.tries_to_send(&group, &id, "earlier").await.expect(201);
        let read = first_read(&bob, &group, 201).await;
        alice.removes(&group, &bob).await.expect(200);
        if case == 1 {
            for n in 0..12 {
                alice.says(&group, &format!("message {n}")).await;
            }
        }
        if case == 2 {
            alice.adds(&group, &bob, None).await.expect(200);
            alice.removes(&group, &bob).await.expect(200);
        }
        let log = alice.log(&group).await;
        for id in [client_id(chat.now()), id] {
            replays(&chat, &read);
            bob.tries_to_send(&group, &id, "earlier").await.rejects(404, "not_found");
            replays(&chat, &read);
            let send = json!({ "conversation_id": group, "client_id": id, "content": "earlier" });
            let rejected = bobs.asks("send", send).await.unwrap_err();
            assert_eq!(
                (&rejected["status"], &rejected["code"]),
                (&json!(404), &json!("not_found"))
            );
        }
        assert_eq!(alice.log(&group).await, log, "case {case}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_member_can_send_despite_a_stale_read() {
    let chat = Chat::start().await;
    let (alice, bob) = tokio::join!(chat.joins("Alice"), chat.joins("Bob"));
    let mut bobs = bob.comes_online().await;
    let group = alice.creates_group("Harbour", &[]).await;
    let before = first_read(&bob, &group, 404).await;
    assert_eq!(before["Items"].as_array().unwrap().len(), 1, "the group, without Bob");
    let mut empty = before.clone();
    empty["Items"] = json!([]);
    empty["Count"] = json!(0);
    alice.adds(&group, &bob, None).await.expect(200);
    let mut expected = 1;
    // A response without Bob, and one from before the group existed.
    for read in [before, empty] {
        replays(&chat, &read);
        assert_eq!(bob.says(&group, "hello").await["seq"], expected + 1);
        replays(&chat, &read);
        let id = client_id(chat.now());
        let send = json!({ "conversation_id": group, "client_id": id, "content": "hello" });
        assert_eq!(bobs.asks("send", send).await.unwrap()["message"]["seq"], expected + 2);
        expected += 2;
    }
    let log = alice.log(&group).await;
    assert_eq!(log.len(), 5, "the new member and four messages");
}

/// A stale read shows a message that has since been deleted. The retry must return it as deleted.
#[tokio::test(flavor = "multi_thread")]
async fn a_retry_despite_a_stale_read_gets_the_current_message() {
    let chat = Chat::start().await;
    let (alice, bob) = tokio::join!(chat.joins("Alice"), chat.joins("Bob"));
    let group = alice.creates_group("Harbour", &[&bob]).await;
    let id = client_id(chat.now());
    bob.tries_to_send(&group, &id, "a secret").await.expect(201);
    let read = first_read(&bob, &group, 201).await;
    let deleted = alice.deletes_message(&group, 1).await.expect(200)["message"].clone();
    replays(&chat, &read);
    let again = bob.tries_to_send(&group, &id, "a secret").await.expect(200);
    assert_eq!(again["message"], deleted);
    assert_eq!(alice.log(&group).await.len(), 3, "the message was added once");
}
