//! Head hints that a crash lost are put right by the function on the table's stream.

use serde_json::json;

use crate::support::{Chat, loses_a_head};

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_head_is_found_by_the_stream() {
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

/// Records that come again, or late, move no head back; and where heads follow their entries nothing is written.
#[tokio::test(flavor = "multi_thread")]
async fn records_that_come_again_change_nothing() {
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

/// While the table fails, the stream tries again.
#[tokio::test(flavor = "multi_thread")]
async fn a_repair_that_fails_is_tried_again() {
    let chat = Chat::start().await;
    let (alice, bob, conversation) = chat.pair().await;
    loses_a_head(&chat);
    chat.stack().streams().pause();
    alice.says(&conversation, "one").await;
    chat.stack().table().faults().next("BatchGetItem", 4, local::How::Throttle);
    chat.stack().streams().resume();
    chat.stack().streams().settled().await;
    let list = bob.get("/api/conversations").await.expect(200);
    assert_eq!(list["conversations"][0]["last_message"]["content"], "one");
    assert!(chat.stack().streams().discarded().is_empty());
}
