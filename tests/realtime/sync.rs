//! `sync`

use serde_json::{Value, json};

use crate::support::{Chat, ulid};

#[tokio::test(flavor = "multi_thread")]
async fn sync_returns_newer_entries() {
    let chat = Chat::start().await;
    let (alice, bob, conversation) = chat.pair().await;
    let carol = chat.joins("Carol").await;
    let other = carol.talks_to(&bob).await;
    let quiet = {
        let dan = chat.joins("Dan").await;
        bob.talks_to(&dan).await
    };
    for n in 1..=3 {
        alice.says(&conversation, &format!("message {n}")).await;
    }
    carol.says(&other, "hi").await;
    let strangers = carol.talks_to(&alice).await;
    let unknown = ulid(chat.now());
    let mut socket = bob.comes_online().await;
    let since = json!({ "since": { &*conversation: 1, &*quiet: 0, &*strangers: 0, &*unknown: 5, "conv-1": 0 } });
    let data = socket.asks("sync", since).await.unwrap();
    let found = |id: &str| {
        data["conversations"]
            .as_array()
            .unwrap()
            .iter()
            .find(|c| c["conversation_id"] == *id)
            .cloned()
    };
    let news = found(&conversation).unwrap();
    assert_eq!((&news["head_seq"], &news["has_more"]), (&json!(3), &json!(false)));
    let seqs: Vec<&Value> = news["entries"].as_array().unwrap().iter().map(|e| &e["seq"]).collect();
    assert_eq!(seqs, [&json!(2), &json!(3)]);
    let unnamed = found(&other).unwrap();
    assert_eq!((&unnamed["entries"], &unnamed["head_seq"]), (&json!([]), &json!(1)));
    assert_eq!(found(&quiet), None, "it has nothing newer");
    let mut gone: Vec<&str> =
        data["gone"].as_array().unwrap().iter().map(|id| id.as_str().unwrap()).collect();
    gone.sort_unstable();
    let mut expected = [&*strangers, &*unknown, "conv-1"];
    expected.sort_unstable();
    assert_eq!(gone, expected, "a conversation of others looks like one that does not exist");
    assert_eq!(data["has_more"], false);
}

/// I3: the client converges, even if all pushes and the head hint are lost.
#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_lost_every_push_converges() {
    let chat = Chat::start().await;
    let (alice, bob, conversation) = chat.pair().await;
    let mut socket = bob.comes_online().await;
    alice.says(&conversation, "heard").await;
    let held = socket.hears("entry").await["seq"].as_u64().unwrap();
    chat.stack().sockets().lose_all_pushes(true);
    for n in 0..5 {
        alice.says(&conversation, &format!("lost {n}")).await;
    }
    chat.stack().table().faults().add(local::Fault {
        operation: "PutItem".to_owned(),
        containing: Some("HEAD".to_owned()),
        kind: local::FaultKind::Fail,
        times: 3,
    });
    alice.says(&conversation, "lost with its hint").await;
    chat.stack().sockets().lose_all_pushes(false);
    let mut seqs = vec![held];
    loop {
        let since = json!({ "since": { &*conversation: seqs.last().unwrap() }, "limit": 2 });
        let data = socket.asks("sync", since).await.unwrap();
        let Some(news) = data["conversations"].get(0) else { break };
        seqs.extend(news["entries"].as_array().unwrap().iter().map(|e| e["seq"].as_u64().unwrap()));
        assert_eq!(news["head_seq"], 7);
        assert_eq!(data["has_more"], *seqs.last().unwrap() < 7);
    }
    assert_eq!(seqs, [1, 2, 3, 4, 5, 6, 7]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reply_stays_under_128_kb_and_reports_that_there_is_more() {
    let chat = Chat::for_many_messages().await;
    let bob = chat.joins("Bob").await;
    let content = "\"😀".repeat(2_000);
    let mut since = serde_json::Map::new();
    for name in ["Alice", "Carol"] {
        let other = chat.joins(name).await;
        let conversation = other.talks_to(&bob).await;
        for _ in 0..12 {
            other.says(&conversation, &content).await;
        }
        since.insert(conversation, json!(0));
    }
    let mut socket = bob.comes_online().await;
    let mut entries = 0;
    loop {
        let data = socket.asks("sync", json!({ "since": since })).await.unwrap();
        assert!(data.to_string().len() < 128 * 1024);
        for news in data["conversations"].as_array().unwrap() {
            let id = news["conversation_id"].as_str().unwrap().to_owned();
            for entry in news["entries"].as_array().unwrap() {
                assert_eq!(entry["seq"].as_u64().unwrap(), since[&id].as_u64().unwrap() + 1);
                since.insert(id.clone(), entry["seq"].clone());
                entries += 1;
            }
        }
        if data["has_more"] == false {
            break;
        }
    }
    assert_eq!(entries, 24);
}
