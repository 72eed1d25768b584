//! I4: a send begins with a look at the log that may be old. It shows who was a member then; who is one now decides.

use local::{Fault, FaultKind};
use serde_json::{Value, json};

use crate::support::{Chat, Person, client_id};

/// What a send looks at first, as it stands now.
async fn look_of(person: &Person<'_>, group: &str, status: u16) -> Value {
    let id = client_id(person.chat.now());
    let send = person.tries_to_say(group, &id, "a look");
    let (sent, calls) = person.chat.calls_of(send).await;
    assert_eq!(sent.status, status);
    let look = calls.iter().find(|call| call.operation == "Query").unwrap();
    assert!(!look.consistent, "the first may be old");
    look.response.clone()
}

/// The next look is the old one.
fn looks_again(chat: &Chat, look: &Value) {
    chat.stack().table().faults().add(Fault {
        operation: "Query".to_owned(),
        containing: Some("\"META\"".to_owned()),
        how: FaultKind::Answer(200, look.clone()),
        times: 1,
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn who_was_removed_sends_nothing_by_an_old_look() {
    let chat = Chat::start().await;
    let (alice, bob) = tokio::join!(chat.joins("Alice"), chat.joins("Bob"));
    let mut bobs = bob.comes_online().await;
    // Just removed; with more behind that than the look had; and back again meanwhile, and removed once more.
    for case in 0..3 {
        let group = alice.makes_a_group("Harbour", &[&bob]).await;
        let id = client_id(chat.now());
        bob.tries_to_say(&group, &id, "of old").await.expect(201);
        let look = look_of(&bob, &group, 201).await;
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
            looks_again(&chat, &look);
            bob.tries_to_say(&group, &id, "of old").await.refuses(404, "not_found");
            looks_again(&chat, &look);
            let send = json!({ "conversation_id": group, "client_id": id, "content": "of old" });
            let refused = bobs.asks("send", send).await.unwrap_err();
            assert_eq!((&refused["status"], &refused["code"]), (&json!(404), &json!("not_found")));
        }
        assert_eq!(alice.log(&group).await, log, "case {case}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_was_just_added_sends_although_an_old_look_knows_them_not() {
    let chat = Chat::start().await;
    let (alice, bob) = tokio::join!(chat.joins("Alice"), chat.joins("Bob"));
    let mut bobs = bob.comes_online().await;
    let group = alice.makes_a_group("Harbour", &[]).await;
    let before = look_of(&bob, &group, 404).await;
    assert_eq!(before["Items"].as_array().unwrap().len(), 1, "the group, without Bob");
    let mut nothing = before.clone();
    nothing["Items"] = json!([]);
    nothing["Count"] = json!(0);
    alice.adds(&group, &bob, None).await.expect(200);
    let mut expected = 1;
    // Without him, and from before there was a group.
    for look in [before, nothing] {
        looks_again(&chat, &look);
        assert_eq!(bob.says(&group, "hello").await["seq"], expected + 1);
        looks_again(&chat, &look);
        let id = client_id(chat.now());
        let send = json!({ "conversation_id": group, "client_id": id, "content": "hello" });
        assert_eq!(bobs.asks("send", send).await.unwrap()["message"]["seq"], expected + 2);
        expected += 2;
    }
    let log = alice.log(&group).await;
    assert_eq!(log.len(), 5, "the joining, and four messages");
}

/// An old look knows a message that was deleted since: it is no message to be shown, and one to be answered.
#[tokio::test(flavor = "multi_thread")]
async fn a_retry_by_an_old_look_is_answered_with_what_stands_now() {
    let chat = Chat::start().await;
    let (alice, bob) = tokio::join!(chat.joins("Alice"), chat.joins("Bob"));
    let group = alice.makes_a_group("Harbour", &[&bob]).await;
    let id = client_id(chat.now());
    bob.tries_to_say(&group, &id, "a secret").await.expect(201);
    let look = look_of(&bob, &group, 201).await;
    let deleted = alice.takes_back(&group, 1).await.expect(200)["message"].clone();
    looks_again(&chat, &look);
    let again = bob.tries_to_say(&group, &id, "a secret").await.expect(200);
    assert_eq!(again["message"], deleted);
    assert_eq!(alice.log(&group).await.len(), 3, "it was added once");
}
