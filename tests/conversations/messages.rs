//! `GET /api/conversations/{id}/messages`

use serde_json::Value;

use crate::support::Chat;

#[tokio::test]
async fn history_is_read_from_either_end() {
    let chat = Chat::for_many_messages().await;
    let (alice, bob, conversation) = chat.pair().await;
    for n in 1..=120 {
        alice.says(&conversation, &format!("message {n}")).await;
    }
    let page = async |query: &str| {
        let path = format!("/api/conversations/{conversation}/messages{query}");
        let body = bob.get(&path).await.expect(200);
        let seqs: Vec<u64> = body["messages"]
            .as_array()
            .unwrap()
            .iter()
            .map(|message: &Value| message["seq"].as_u64().unwrap())
            .collect();
        assert_eq!(body["head_seq"], 120);
        (seqs, body["has_more"].as_bool().unwrap())
    };
    let range = |from: u64, to: u64| (from..=to).collect::<Vec<u64>>();
    assert_eq!(page("").await, (range(71, 120), true));
    assert_eq!(page("?limit=100").await, (range(21, 120), true));
    assert_eq!(page("?before=71").await, (range(21, 70), true));
    assert_eq!(page("?before=21").await, (range(1, 20), false));
    assert_eq!(page("?before=1").await, (vec![], false));
    assert_eq!(page("?before=99999").await, (range(71, 120), true));
    assert_eq!(page("?after=0&limit=100").await, (range(1, 100), true));
    assert_eq!(page("?after=100").await, (range(101, 120), false));
    assert_eq!(page("?after=120").await, (vec![], false));
    assert_eq!(page("?after=9007199254740991").await, (vec![], false));
}

#[tokio::test]
async fn large_messages_are_returned_complete_in_several_pages() {
    let chat = Chat::for_many_messages().await;
    let (alice, bob, conversation) = chat.pair().await;
    let content = "😀".repeat(4_000);
    for _ in 0..80 {
        alice.says(&conversation, &content).await;
    }
    let path = format!("/api/conversations/{conversation}/messages?after=0&limit=100");
    let body = bob.get(&path).await.expect(200);
    let messages = body["messages"].as_array().unwrap();
    assert_eq!(messages.len(), 80, "more than one page of the table");
    assert!(messages.iter().all(|message| message["content"] == content.as_str()));
    let newest = format!("/api/conversations/{conversation}/messages?limit=100");
    assert_eq!(bob.get(&newest).await.expect(200)["messages"].as_array().unwrap().len(), 80);
}

#[tokio::test]
async fn bad_cursors_are_rejected() {
    let chat = Chat::start().await;
    let (alice, _bob, conversation) = chat.pair().await;
    let queries = [
        "before=0",
        "before=x",
        "after=-1",
        "after=",
        "limit=0",
        "limit=101",
        "limit=ten",
        "before=5&after=1",
        "after=1&after=2",
        "before=99999999999999999999",
    ];
    for query in queries {
        let path = format!("/api/conversations/{conversation}/messages?{query}");
        alice.get(&path).await.rejects(400, "invalid_request");
    }
}
