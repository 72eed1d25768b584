//! `GET /api/conversations`

use serde_json::{Value, json};

use crate::support::Chat;

const PATH: &str = "/api/conversations";

#[tokio::test]
async fn conversations_are_listed_by_latest_activity_with_unread_counts() {
    let chat = Chat::start().await;
    let alice = chat.joins("Alice").await;
    let mut conversations = Vec::new();
    for name in ["Bob", "Carol", "Dan"] {
        let other = chat.joins(name).await;
        let conversation = alice.talks_to(&other).await;
        chat.a_moment_passes();
        other.says(&conversation, &format!("hi from {name}")).await;
        other.says(&conversation, "and again").await;
        conversations.push(conversation);
    }
    chat.a_moment_passes();
    alice.says(&conversations[0], "hi yourself").await;

    let answer = alice.get(PATH).await;
    answer.has_the_common_headers();
    let body = answer.expect(200);
    let listed = body["conversations"].as_array().unwrap();
    let ids: Vec<&str> = listed.iter().map(|c| c["id"].as_str().unwrap()).collect();
    assert_eq!(ids, [&conversations[0], &conversations[2], &conversations[1]]);
    let unread: Vec<&Value> = listed.iter().map(|c| &c["unread_count"]).collect();
    assert_eq!(
        unread,
        [&json!(0), &json!(2), &json!(2)],
        "sending a message marks earlier ones as read"
    );
    assert_eq!(listed[1]["last_message"]["content"], "and again");
    assert_eq!(listed[1]["members"][1]["user"]["name"], "Dan");
    assert!(listed[1]["members"][1].get("read_seq").is_none());
    let pagination =
        json!({ "current_page": 1, "page_size": 30, "total_pages": 1, "total_items": 3 });
    assert_eq!(body["pagination"], pagination);
}

#[tokio::test]
async fn pages_split_the_list_and_a_page_past_the_end_is_empty() {
    let chat = Chat::start().await;
    let alice = chat.joins("Alice").await;
    for n in 0..5 {
        let body = chat.registers("X", &format!("x{n}@example.com")).await.expect(200);
        alice
            .post(PATH, json!({ "kind": "direct", "user_id": body["user"]["id"] }))
            .await
            .expect(201);
    }
    let mut seen = std::collections::BTreeSet::new();
    for (page, length) in [(1, 2), (2, 2), (3, 1), (4, 0), (9_007_199_254_740_991_u64, 0)] {
        let body = alice.get(&format!("{PATH}?page={page}&page_size=2")).await.expect(200);
        let listed = body["conversations"].as_array().unwrap();
        assert_eq!(listed.len(), length, "page {page}");
        assert_eq!(body["pagination"]["total_pages"], 3);
        assert_eq!(body["pagination"]["current_page"], page);
        seen.extend(listed.iter().map(|c| c["id"].to_string()));
    }
    assert_eq!(seen.len(), 5);
}

#[tokio::test]
async fn bad_pages_are_rejected() {
    let chat = Chat::start().await;
    let alice = chat.joins("Alice").await;
    let queries = [
        "page=0",
        "page=-1",
        "page=x",
        "page=",
        "page=1.5",
        "page=%00",
        "page=99999999999999999999",
        "page_size=0",
        "page_size=101",
        "page=1&page=2",
        "page=+1",
    ];
    for query in queries {
        alice.get(&format!("{PATH}?{query}")).await.rejects(400, "invalid_request");
    }
    let both = alice.get(&format!("{PATH}?page=0&page_size=x&other=1")).await;
    both.rejects(400, "invalid_request");
    assert_eq!(both.pointers(), ["/page", "/page_size"]);
}
