//! `POST /api/auth/login`

use futures::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::Chat;

const PATH: &str = "/api/auth/login";
const PASSWORD: &str = "a quiet harbour at dawn";

#[tokio::test]
async fn login_returns_a_working_token() {
    let chat = Chat::start().await;
    chat.registers("Ada", "ada@example.com").await.expect(200);
    let body = chat.tries_to_log_in("ADA@example.com", PASSWORD).await.expect(200);
    assert_eq!(body["token_type"], "Bearer");
    assert_eq!(body["user"]["email"], chat.address("ada@example.com"));
    let expires_at: shared::domain::Timestamp =
        serde_json::from_value(body["expires_at"].clone()).unwrap();
    let days = expires_at.since(chat.now()).as_secs_f64() / 86_400.0;
    assert!((29.99..=30.0).contains(&days), "{days}");
    let token = body["token"].as_str().unwrap();
    chat.call(Method::GET, "/api/auth/validate", Some(token), None).await.expect(200);
}

/// I8: both cases have the same status, body and work. The work is the table calls and one argon2id hash.
#[tokio::test]
async fn an_unknown_email_and_a_wrong_password_are_indistinguishable() {
    let chat = Chat::start().await;
    chat.registers("Ada", "ada@example.com").await.expect(200);
    let (known, calls_known) =
        chat.calls_of(chat.tries_to_log_in("ada@example.com", "wrong wrong")).await;
    let (unknown, calls_unknown) =
        chat.calls_of(chat.tries_to_log_in("eve@example.com", "wrong wrong")).await;
    known.rejects(401, "invalid_credentials");
    unknown.rejects(401, "invalid_credentials");
    let without_id = |mut body: Value| {
        body.as_object_mut().unwrap().remove("request_id");
        body
    };
    assert_eq!(without_id(known.body), without_id(unknown.body));
    let shape = |calls: &[local::Call]| {
        let mut shape: Vec<(String, bool, u64)> = calls
            .iter()
            .map(|call| (call.operation.clone(), call.consistent, (call.write_units * 2.0) as u64))
            .collect();
        shape.sort();
        shape
    };
    assert_eq!(shape(&calls_known), shape(&calls_unknown));
}

#[tokio::test]
async fn after_five_failed_logins_the_delay_for_an_email_grows() {
    let chat = Chat::start().await;
    chat.registers("Ada", "ada@example.com").await.expect(200);
    for email in ["ada@example.com", "unknown@example.com"] {
        for _ in 0..5 {
            chat.tries_to_log_in(email, "wrong wrong").await.rejects(401, "invalid_credentials");
        }
        let mut delay = 1;
        for _ in 0..3 {
            let answer = chat.tries_to_log_in(email, PASSWORD).await;
            answer.rejects(429, "too_many_attempts");
            assert_eq!(answer.header("retry-after"), delay.to_string(), "{email}");
            chat.advance(delay);
            chat.tries_to_log_in(email, "wrong wrong").await.rejects(401, "invalid_credentials");
            delay *= 2;
        }
    }
    chat.advance(8);
    chat.tries_to_log_in("ada@example.com", PASSWORD).await.expect(200);
    for _ in 0..5 {
        let answer = chat.tries_to_log_in("ada@example.com", "wrong wrong").await;
        answer.rejects(401, "invalid_credentials");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_delay_only_one_of_many_concurrent_attempts_is_checked() {
    let chat = Chat::start().await;
    for _ in 0..5 {
        chat.tries_to_log_in("ada@example.com", "wrong wrong")
            .await
            .rejects(401, "invalid_credentials");
    }
    chat.advance(1);
    let attempts =
        join_all((0..12).map(|_| chat.tries_to_log_in("ada@example.com", "wrong again"))).await;
    let made = attempts.iter().filter(|answer| answer.status == 401).count();
    assert_eq!((made, attempts.iter().filter(|answer| answer.status == 429).count()), (1, 11));
}

/// A burst is limited before any of its attempts has failed. Concurrent attempts with the right password all succeed.
#[tokio::test(flavor = "multi_thread")]
async fn a_burst_of_attempts_is_limited_and_several_devices_can_log_in_concurrently() {
    let chat = Chat::start().await;
    chat.registers("Ada", "ada@example.com").await.expect(200);
    let devices = (0..8).map(|_| chat.tries_to_log_in("ada@example.com", PASSWORD));
    assert!(join_all(devices).await.iter().all(|answer| answer.status == 200));
    let burst =
        join_all((0..40).map(|_| chat.tries_to_log_in("ada@example.com", "wrong wrong"))).await;
    let made = burst.iter().filter(|answer| answer.status == 401).count();
    assert!((5..=14).contains(&made), "{made} attempts were checked");
    assert!(burst.iter().all(|answer| matches!(answer.status, 401 | 429)));
    chat.advance(15 * 60);
    chat.tries_to_log_in("ada@example.com", PASSWORD).await.expect(200);
}

#[tokio::test]
async fn a_source_with_too_many_failed_logins_must_wait() {
    let chat = Chat::with_parameters(&[("FailedLoginsPerSource", "4")]).await;
    chat.registers("Ada", "ada@example.com").await.expect(200);
    for n in 0..4 {
        let email = format!("unknown{n}@example.com");
        chat.tries_to_log_in(&email, "wrong wrong").await.rejects(401, "invalid_credentials");
    }
    chat.tries_to_log_in("ada@example.com", PASSWORD).await.rejects(429, "too_many_attempts");
    chat.advance(10 * 60);
    chat.tries_to_log_in("ada@example.com", PASSWORD).await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_oldest_of_fifty_sessions_ends_when_another_begins() {
    let chat = Chat::start().await;
    let ada = chat.joins("Ada").await;
    let mut socket = ada.comes_online().await;
    for _ in 0..49 {
        chat.a_moment_passes();
        ada.on_another_device().await;
    }
    let sessions = ada.get("/api/auth/sessions").await.expect(200);
    assert_eq!(sessions["sessions"].as_array().unwrap().len(), 50);
    chat.a_moment_passes();
    let newest = ada.on_another_device().await;
    ada.get("/api/auth/validate").await.rejects(401, "invalid_token");
    socket.hears("session_ended").await;
    let sessions = newest.get("/api/auth/sessions").await.expect(200);
    assert_eq!(sessions["sessions"].as_array().unwrap().len(), 50);
    assert_eq!(sessions["sessions"][0]["current"], true);
}

#[tokio::test]
async fn bad_bodies_are_rejected() {
    let chat = Chat::start().await;
    chat.rejects_bad_bodies(Method::POST, PATH, None).await;
}

#[tokio::test]
async fn bad_fields_are_rejected() {
    let chat = Chat::start().await;
    let cases = [
        (json!({ "email": "ada@example.com" }), "invalid_request", "/password"),
        (json!({ "password": PASSWORD }), "invalid_request", "/email"),
        (json!({ "email": "no-at-sign", "password": PASSWORD }), "invalid_request", "/email"),
        (json!({ "email": "ada@example.com", "password": "" }), "invalid_request", "/password"),
        (
            json!({ "email": "ada@example.com", "password": "x".repeat(129) }),
            "invalid_request",
            "/password",
        ),
        (json!({ "email": ["ada@example.com"], "password": PASSWORD }), "invalid_body", "/email"),
        (json!({ "email": "ada@example.com", "password": true }), "invalid_body", "/password"),
    ];
    for (body, code, pointer) in cases {
        let answer = chat.call(Method::POST, PATH, None, Some(body)).await;
        answer.rejects(400, code);
        assert_eq!(answer.pointers(), [pointer]);
    }
}
