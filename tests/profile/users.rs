//! `GET /api/profile/users`

use futures::future::join_all;
use serde_json::{Value, json};

use crate::support::{Chat, Person};

const PATH: &str = "/api/profile/users";

fn names(body: &Value) -> Vec<&str> {
    body["users"].as_array().unwrap().iter().map(|user| user["name"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn users_are_listed_in_order_of_registration_without_addresses() {
    let chat = Chat::start().await;
    let ada = chat.joins("Ada").await;
    for name in ["Zoe", "Bob", "Ada"] {
        chat.registers(name, &format!("{name}2@example.com")).await.expect(200);
    }
    let answer = ada.get(PATH).await;
    answer.has_the_common_headers();
    let body = answer.expect(200);
    assert_eq!(names(&body), ["Ada", "Zoe", "Bob", "Ada"]);
    let expected =
        json!({ "current_page": 1, "page_size": 30, "total_pages": 1, "total_items": 4 });
    assert_eq!(body["pagination"], expected);
    assert!(!body.to_string().contains('@'), "{body}");
    let first = &body["users"][0];
    let own = ada.get("/api/profile").await.expect(200);
    for member in ["id", "name", "created_at"] {
        assert_eq!(first[member], own["user"][member]);
    }
}

#[tokio::test]
async fn pages_divide_the_list_and_a_page_past_the_end_is_empty() {
    let chat = Chat::start().await;
    let ada = chat.joins("u0").await;
    for n in 1..7 {
        chat.registers(&format!("u{n}"), &format!("u{n}@example.com")).await.expect(200);
    }
    let page =
        async |number: u64| ada.get(&format!("{PATH}?page={number}&page_size=3")).await.expect(200);
    assert_eq!(names(&page(1).await), ["u0", "u1", "u2"]);
    assert_eq!(names(&page(2).await), ["u3", "u4", "u5"]);
    assert_eq!(names(&page(3).await), ["u6"]);
    for past in [4, 30_000, 9_007_199_254_740_991] {
        let body = page(past).await;
        assert!(names(&body).is_empty());
        let expected =
            json!({ "current_page": past, "page_size": 3, "total_pages": 3, "total_items": 7 });
        assert_eq!(body["pagination"], expected);
    }
}

/// The directory has no gap and no duplicate, even if many users register concurrently and the table fails.
#[tokio::test(flavor = "multi_thread")]
async fn concurrent_registrations_are_each_listed_once() {
    let chat = Chat::start().await;
    let faults = chat.stack().table().faults();
    faults.next("TransactWriteItems", 3, local::FaultKind::Conflict);
    faults.next("TransactWriteItems", 2, local::FaultKind::LoseResponse);
    let registrations = (0..24).map(|n| {
        let chat = &chat;
        async move { chat.registers(&format!("u{n}"), &format!("u{n}@example.com")).await }
    });
    let registered = join_all(registrations).await;
    assert!(registered.iter().all(|answer| answer.status == 200));
    let ada: Person<'_> = chat.joins("Ada").await;
    let body = ada.get(&format!("{PATH}?page_size=100")).await.expect(200);
    assert_eq!(body["pagination"]["total_items"], 25);
    let mut listed = names(&body);
    assert_eq!(listed.last(), Some(&"Ada"));
    listed.sort_unstable();
    listed.dedup();
    assert_eq!(listed.len(), 25, "{listed:?}");
}

/// Two concurrent queries read the page and the newest number. `journeys/directory` counts far more users.
#[tokio::test]
async fn a_page_costs_two_concurrent_queries_and_at_most_two_units() {
    let chat = Chat::start().await;
    let ada = chat.joins("Ada").await;
    for page in [1, 2, 30_000] {
        let (_, calls) = chat.calls_of(ada.get(&format!("{PATH}?page={page}"))).await;
        let queries: Vec<_> = calls.into_iter().filter(|call| call.operation == "Query").collect();
        let units: f64 = queries.iter().map(|call| call.read_units).sum();
        assert!(queries.len() == 2 && units <= 2.0, "{} queries, {units} units", queries.len());
        assert_eq!(local::longest_chain(&queries), 1);
    }
}

/// A registration with a taken email uses up no number in the directory.
#[tokio::test]
async fn a_rejected_registration_lists_no_user() {
    let chat = Chat::start().await;
    let ada = chat.joins("Ada").await;
    chat.registers("Eve", "ada@example.com").await.rejects(409, "email_taken");
    let body = ada.get(PATH).await.expect(200);
    assert_eq!((names(&body), &body["pagination"]["total_items"]), (vec!["Ada"], &json!(1)));
    let found = ada.get("/api/profile/search?q=eve").await.expect(200);
    assert_eq!(found["users"], json!([]));
}

#[tokio::test]
async fn all_bad_parameters_are_reported_together() {
    let chat = Chat::start().await;
    let ada = chat.joins("Ada").await;
    for query in [
        "page=0",
        "page=-1",
        "page=x",
        "page=1.5",
        "page=%2B1",
        "page=",
        "page=9007199254740992",
        "page=1&page=2",
    ] {
        let answer = ada.get(&format!("{PATH}?{query}")).await;
        answer.rejects(400, "invalid_request");
        assert_eq!(answer.pointers(), ["/page"], "{query}");
    }
    for size in ["0", "101", "-5", "many"] {
        let answer = ada.get(&format!("{PATH}?page=0&page_size={size}")).await;
        answer.rejects(400, "invalid_request");
        assert_eq!(answer.pointers(), ["/page", "/page_size"], "{size}");
    }
    ada.get(&format!("{PATH}?unknown=1")).await.expect(200);
}
