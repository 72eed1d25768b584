//! The function on the table's stream restores head hints that a crash lost.

use serde_json::json;

use crate::support::{Chat, Person, loses_a_head};

#[tokio::test(flavor = "multi_thread")]
async fn the_stream_restores_a_lost_head() {
    let chat = Chat::start().await;
    let (alice, bob, conversation) = chat.pair().await;
    alice.says(&conversation, "one").await;
    loses_a_head(&chat);
    alice.says(&conversation, "two").await;
    chat.stack().streams().settled().await;
    let list = bob.get("/api/conversations").await.expect(200);
    let seen = &list["conversations"][0];
    assert_eq!((&seen["head_seq"], &seen["unread_count"]), (&json!(2), &json!(2)));
    assert_eq!(seen["last_message"]["content"], "two");
}

/// Repeated or late records do not move a head back. If the heads are current, nothing is written.
#[tokio::test(flavor = "multi_thread")]
async fn repeated_records_change_nothing() {
    let chat = Chat::start().await;
    let (alice, _bob, conversation) = chat.pair().await;
    for n in 1..=5 {
        alice.says(&conversation, &format!("message {n}")).await;
    }
    chat.stack().streams().settled().await;
    let before = alice.get("/api/conversations").await.expect(200);
    let mut records = chat.stack().streams().records();
    records.retain(|record| {
        record["dynamodb"]["Keys"]["sk"]["S"].as_str().unwrap().starts_with("LOG#")
    });
    let (_, calls) = chat
        .all_calls_of(async {
            records.reverse();
            for batch in [&records[..], &records[..1], &records[3..]] {
                let event = json!({ "Records": batch });
                chat.stack().invoke("RepairFunction", event).await.unwrap();
            }
            chat.stack().streams().rewind();
            chat.stack().streams().settled().await;
        })
        .await;
    assert!(calls.iter().all(|call| call.write_units == 0.0));
    assert_eq!(alice.get("/api/conversations").await.expect(200), before);
}

/// While the table fails, the stream retries.
#[tokio::test(flavor = "multi_thread")]
async fn a_failed_repair_is_retried() {
    let chat = Chat::start().await;
    let (alice, bob, conversation) = chat.pair().await;
    loses_a_head(&chat);
    chat.stack().streams().pause();
    alice.says(&conversation, "one").await;
    chat.stack().table().faults().next("BatchGetItem", 4, local::FaultKind::Throttle);
    chat.stack().streams().resume();
    chat.stack().streams().settled().await;
    let list = bob.get("/api/conversations").await.expect(200);
    assert_eq!(list["conversations"][0]["last_message"]["content"], "one");
    assert!(chat.stack().streams().discarded().is_empty());
}

/// Whichever entry lost its head, the list shows the current conversation.
#[tokio::test(flavor = "multi_thread")]
async fn the_stream_restores_the_lost_head_of_any_change() {
    let chat = Chat::start().await;
    let (alice, bob, carol) =
        tokio::join!(chat.joins("Alice"), chat.joins("Bob"), chat.joins("Carol"));
    let changes = [
        "edit",
        "react",
        "unreact",
        "retitle",
        "add",
        "add again",
        "name an admin",
        "remove",
        "leave",
    ];
    for change in changes {
        let others: &[&Person<'_>] = if change == "add" { &[&bob] } else { &[&bob, &carol] };
        let group = alice.creates_group("Harbour", others).await;
        let path = format!("/api/conversations/{group}");
        alice.says(&group, "old").await;
        bob.reacts(&group, 1, "heart").await.expect(200);
        if change == "add again" {
            alice.removes(&group, &carol).await.expect(200);
        }
        chat.stack().streams().settled().await;
        chat.stack().streams().pause();
        let listed = async || {
            let list = bob.get("/api/conversations").await.expect(200);
            let mut listed = list["conversations"].as_array().unwrap().iter();
            listed.find(|listed| listed["id"] == *group).unwrap().clone()
        };
        let before = listed().await;
        loses_a_head(&chat);
        match change {
            "edit" => alice.edits(&group, 1, "new").await,
            "react" => bob.reacts(&group, 1, "tada").await,
            "unreact" => bob.unreacts(&group, 1, "heart").await,
            "retitle" => alice.patch(&path, json!({ "title": "Pier" })).await,
            "add" | "add again" => alice.adds(&group, &carol, None).await,
            "name an admin" => alice.adds(&group, &bob, Some("admin")).await,
            "remove" => alice.removes(&group, &carol).await,
            _ => carol.removes(&group, &carol).await,
        }
        .expect(200);
        assert_eq!(listed().await, before, "{change}: the hint is outdated");
        chat.stack().streams().resume();
        chat.stack().streams().settled().await;

        let mut listed = listed().await;
        let mut shown = bob.get(&path).await.expect(200)["conversation"].clone();
        assert_ne!(listed, before, "{change}");
        assert_eq!(listed["head_seq"], before["head_seq"].as_u64().unwrap() + 1);
        // A list does not include the read marks of members.
        for member in listed["members"].as_array_mut().into_iter().flatten() {
            member.as_object_mut().unwrap().remove("read_seq");
        }
        for member in shown["members"].as_array_mut().unwrap() {
            member.as_object_mut().unwrap().remove("read_seq");
        }
        assert_eq!(listed, shown, "{change}");
        if change == "remove" || change == "leave" {
            assert!(
                !carol.get("/api/conversations").await.expect(200).to_string().contains(&group)
            );
        }
    }
}
