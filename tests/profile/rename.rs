//! `PATCH /api/profile`

use futures::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Chat, Person};

const PATH: &str = "/api/profile";

async fn found(person: &Person<'_>, q: &str) -> Vec<Value> {
    let body = person.get(&format!("/api/profile/search?q={q}")).await.expect(200);
    body["users"].as_array().unwrap().iter().map(|user| user["name"].clone()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_name_appears_in_the_directory_the_search_and_conversations() {
    let chat = Chat::start().await;
    let (alice, bob, conversation) = chat.pair().await;
    alice.says(&conversation, "hi").await;
    let body = alice.patch(PATH, json!({ "name": "  Lady Ada " })).await.expect(200);
    assert_eq!(body["user"]["name"], "Lady Ada");
    assert_eq!(body["user"]["email"], alice.email);
    assert_eq!(alice.get(PATH).await.expect(200), body);

    let users = bob.get("/api/profile/users").await.expect(200);
    let listed: Vec<&Value> = users["users"].as_array().unwrap().iter().collect();
    let mine = listed.iter().find(|user| user["id"] == json!(alice.id)).unwrap();
    assert_eq!(mine["name"], "Lady Ada");
    assert_eq!(users["pagination"]["total_items"], 2);
    assert_eq!(found(&bob, "lady").await, ["Lady Ada"]);
    assert_eq!(found(&bob, "ada").await, ["Lady Ada"]);
    assert!(found(&bob, "alice").await.is_empty());
    let seen = bob.get(&format!("/api/conversations/{conversation}")).await.expect(200);
    let list = bob.get("/api/conversations").await.expect(200);
    for conversation in [&seen["conversation"], &list["conversations"][0]] {
        assert!(conversation["members"].to_string().contains("Lady Ada"));
        assert!(!conversation.to_string().contains("Alice"));
    }
}

#[tokio::test]
async fn changing_only_the_case_is_a_change() {
    let chat = Chat::start().await;
    let ada = chat.joins("Ada").await;
    ada.patch(PATH, json!({ "name": "ADA" })).await.expect(200);
    assert_eq!(found(&ada, "ada").await, ["ADA"]);
    ada.patch(PATH, json!({ "name": "ADA" })).await.expect(200);
    assert_eq!(found(&ada, "ada").await, ["ADA"]);
}

/// The rows of these names do not fit into one transaction.
#[tokio::test]
async fn names_with_very_many_words_replace_each_other() {
    let chat = Chat::start().await;
    let ada = chat.joins("Ada").await;
    let many = |letters: std::ops::Range<u8>| -> String {
        letters.map(|letter| format!("{0}{0}{0}", letter as char)).collect::<Vec<_>>().join(" ")
    };
    let (first, second) = (many(b'a'..b'q'), many(b'k'..b'z'));
    ada.patch(PATH, json!({ "name": first })).await.expect(200);
    ada.patch(PATH, json!({ "name": second })).await.expect(200);
    for (q, is_found) in [
        ("aaa", false),
        ("bbb", false),
        ("jjj", false),
        ("kkk", true),
        ("ooo", true),
        ("yyy", true),
        ("yy", true),
    ] {
        assert_eq!(!found(&ada, q).await.is_empty(), is_found, "{q}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn concurrent_renames_leave_one_name_everywhere() {
    let chat = Chat::start().await;
    let ada = chat.joins("Ada").await;
    let names: Vec<String> = (0..6).map(|n| format!("Name{n} Word{n}")).collect();
    let renamings = names.iter().map(|name| ada.patch(PATH, json!({ "name": name })));
    for answer in join_all(renamings).await {
        assert!(matches!(answer.status, 200 | 503), "{}", answer.body);
    }
    let name = ada.get(PATH).await.expect(200)["user"]["name"].clone();
    for q in ["name", "word"] {
        assert_eq!(found(&ada, q).await, std::slice::from_ref(&name));
    }
    let users = ada.get("/api/profile/users").await.expect(200);
    assert_eq!(users["users"][0]["name"], name);
}

#[tokio::test]
async fn a_user_can_change_their_name_thirty_times_an_hour() {
    let chat = Chat::start().await;
    let ada = chat.joins("Ada").await;
    for n in 0..30 {
        ada.patch(PATH, json!({ "name": format!("Ada {n}") })).await.expect(200);
    }
    ada.patch(PATH, json!({ "name": "Ada" })).await.rejects(429, "too_many_renames");
    chat.advance(60 * 60);
    ada.patch(PATH, json!({ "name": "Ada" })).await.expect(200);
}

#[tokio::test]
async fn bad_bodies_and_names_are_rejected() {
    let chat = Chat::start().await;
    let ada = chat.joins("Ada").await;
    chat.rejects_bad_bodies(Method::PATCH, PATH, Some(&ada.token)).await;
    let long = "x".repeat(65);
    for (name, code) in [
        (json!(""), "invalid_request"),
        (json!(" \u{3000} "), "invalid_request"),
        (json!(long), "invalid_request"),
        (json!("a\nb"), "invalid_request"),
        (json!("a\u{85}b"), "invalid_request"),
        (json!(null), "invalid_request"),
        (json!(1), "invalid_body"),
        (json!({}), "invalid_body"),
    ] {
        let answer = ada.patch(PATH, json!({ "name": name, "email": "x@example.com" })).await;
        answer.rejects(400, code);
        assert_eq!(answer.pointers(), ["/name"], "{name}");
    }
    let body = ada.patch(PATH, json!({ "name": "Eve", "email": "x@example.com", "id": "x" })).await;
    assert_eq!(body.expect(200)["user"]["email"], ada.email);
}
