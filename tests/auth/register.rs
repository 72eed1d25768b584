//! `POST /api/auth/register`

use futures::future::join_all;
use reqwest::Method;
use serde_json::json;

use crate::support::Chat;

const PATH: &str = "/api/auth/register";

#[tokio::test]
async fn registration_returns_the_user_and_no_secret() {
    let chat = Chat::start().await;
    let answer = chat.registers("  Ada Lovelace ", "Ada@Example.com").await;
    answer.has_the_common_headers();
    let body = answer.expect(200);
    assert_eq!(body["user"]["name"], "Ada Lovelace");
    assert_eq!(body["user"]["email"], chat.address("Ada@Example.com"));
    assert!(body["message"].is_string());
    let mut members: Vec<&str> =
        body["user"].as_object().unwrap().keys().map(String::as_str).collect();
    members.sort_unstable();
    assert_eq!(members, ["created_at", "email", "id", "name"]);
}

#[tokio::test]
async fn an_email_can_register_only_once_regardless_of_case() {
    let chat = Chat::start().await;
    chat.registers("Ada", "ada@example.com").await.expect(200);
    chat.registers("Eve", "ADA@example.COM").await.rejects(409, "email_taken");
}

/// I6.
#[tokio::test(flavor = "multi_thread")]
async fn only_one_of_many_concurrent_registrations_gets_the_email() {
    let chat = Chat::start().await;
    let addresses = ["ada@example.com", "Ada@example.com", "ADA@EXAMPLE.COM"];
    let attempts = (0..16).map(|n| chat.registers("Ada", addresses[n % addresses.len()]));
    let statuses: Vec<u16> = join_all(attempts).await.iter().map(|answer| answer.status).collect();
    assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 1, "{statuses:?}");
    assert_eq!(statuses.iter().filter(|status| **status == 409).count(), 15, "{statuses:?}");
}

#[tokio::test]
async fn a_source_can_register_three_hundred_accounts_an_hour() {
    let chat = Chat::with_parameters(&[("RegistrationsPerSource", "3")]).await;
    for n in 0..3 {
        chat.registers("Ada", &format!("ada{n}@example.com")).await.expect(200);
    }
    chat.registers("Ada", "ada3@example.com").await.rejects(429, "too_many_registrations");
    chat.advance(60 * 60);
    chat.registers("Ada", "ada3@example.com").await.expect(200);
}

#[tokio::test]
async fn a_registration_with_a_lost_table_response_takes_effect_once() {
    let chat = Chat::start().await;
    chat.stack().table().faults().next("TransactWriteItems", 1, local::FaultKind::LoseResponse);
    chat.registers("Ada", "ada@example.com").await.expect(200);
    chat.registers("Ada", "ada@example.com").await.rejects(409, "email_taken");
}

#[tokio::test]
async fn bad_bodies_are_rejected() {
    let chat = Chat::start().await;
    chat.rejects_bad_bodies(Method::POST, PATH, None).await;
}

#[tokio::test]
async fn all_bad_fields_are_reported_together() {
    let chat = Chat::start().await;
    let good =
        || json!({ "name": "Ada", "email": "ada@example.com", "password": "a quiet harbour" });
    let long = "x".repeat(65);
    let long_address = format!("{}@example.com", "x".repeat(250));
    let cases = [
        ("name", json!(""), "invalid_request"),
        ("name", json!("   "), "invalid_request"),
        ("name", json!(long), "invalid_request"),
        ("name", json!("a\u{0}b"), "invalid_request"),
        ("name", json!("a\nb"), "invalid_request"),
        ("name", json!(null), "invalid_request"),
        ("name", json!(7), "invalid_body"),
        ("name", json!(["Ada"]), "invalid_body"),
        ("email", json!("no-at-sign"), "invalid_request"),
        ("email", json!("a@b"), "invalid_request"),
        ("email", json!("a@@example.com"), "invalid_request"),
        ("email", json!("a b@example.com"), "invalid_request"),
        ("email", json!("a\r\nBcc: x@example.com"), "invalid_request"),
        ("email", json!(long_address), "invalid_request"),
        ("email", json!({}), "invalid_body"),
        ("password", json!("seven77"), "invalid_request"),
        ("password", json!("ab".repeat(65)), "invalid_request"),
        ("password", json!("password123"), "invalid_request"),
        ("password", json!("ada@example.com"), "invalid_request"),
        ("password", json!(12345678), "invalid_body"),
    ];
    for (member, value, code) in cases {
        let mut body = good();
        body[member] = value.clone();
        let answer = chat.call(Method::POST, PATH, None, Some(body)).await;
        answer.rejects(400, code);
        assert_eq!(answer.pointers(), [format!("/{member}")], "{value}");
    }
    let answer = chat.call(Method::POST, PATH, None, Some(json!({ "extra": 1 }))).await;
    assert_eq!(answer.pointers(), ["/name", "/email", "/password"]);
    let mut more = good();
    more["extra"] = json!({ "ignored": true });
    chat.call(Method::POST, PATH, None, Some(more)).await.expect(200);
}
