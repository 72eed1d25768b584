//! `POST /api/password/change`

use futures::future::join_all;
use reqwest::Method;
use serde_json::json;

use crate::support::{Chat, PASSWORD};

const PATH: &str = "/api/password/change";
const NEW: &str = "an unlit lighthouse";

/// I5.
#[tokio::test(flavor = "multi_thread")]
async fn a_change_ends_all_other_sessions_and_their_sockets() {
    let chat = Chat::start().await;
    let ada = chat.joins("Ada").await;
    let other = ada.on_another_device().await;
    let (mut own, mut others) = (ada.comes_online().await, other.comes_online().await);
    let mut silent = other.opens_a_socket().await;

    let answer = ada.tries_to_change_the_password(PASSWORD, NEW).await;
    answer.has_the_common_headers();
    answer.expect(200);

    other.get("/api/auth/validate").await.rejects(401, "invalid_token");
    others.hears("session_ended").await;
    others.is_closed().await;
    silent.is_closed().await;
    ada.get("/api/auth/validate").await.expect(200);
    own.asks("ping", json!({})).await.unwrap();
    assert!(own.has_heard("session_ended").await.is_empty());
    chat.tries_to_log_in(&ada.email, PASSWORD).await.rejects(401, "invalid_credentials");
    let again = chat.logs_in(&ada.email, NEW).await;
    let sessions = again.get("/api/auth/sessions").await.expect(200);
    assert_eq!(sessions["sessions"].as_array().unwrap().len(), 2);
    let notice = chat.mail_to(&ada.email).await;
    assert_eq!(notice.subject, "Your EmoteChat password was changed");
}

#[tokio::test]
async fn a_wrong_current_password_is_rejected_and_changes_nothing() {
    let chat = Chat::start().await;
    let ada = chat.joins("Ada").await;
    let other = ada.on_another_device().await;
    let answer = ada.tries_to_change_the_password("wrong wrong", NEW).await;
    answer.rejects(403, "wrong_password");
    other.get("/api/auth/validate").await.expect(200);
    chat.logs_in(&ada.email, PASSWORD).await;
    chat.stack().streams().settled().await;
    assert!(chat.stack().mail().mails().is_empty());
}

/// A stolen token must not allow guessing the password.
#[tokio::test(flavor = "multi_thread")]
async fn at_most_ten_attempts_are_checked_in_ten_minutes() {
    let chat = Chat::start().await;
    let ada = chat.joins("Ada").await;
    let guesses = join_all((0..14).map(|_| ada.tries_to_change_the_password("wrong wrong", NEW)));
    let statuses: Vec<u16> = guesses.await.iter().map(|answer| answer.status).collect();
    assert_eq!(statuses.iter().filter(|status| **status == 403).count(), 10, "{statuses:?}");
    let answer = ada.tries_to_change_the_password(PASSWORD, NEW).await;
    answer.rejects(429, "too_many_attempts");
    assert!((590..=600).contains(&answer.header("retry-after").parse::<u64>().unwrap()));
    chat.advance(10 * 60);
    ada.tries_to_change_the_password(PASSWORD, NEW).await.expect(200);
    chat.mail_to(&ada.email).await;
}

/// I7.
#[tokio::test]
async fn a_change_invalidates_earlier_reset_links() {
    let chat = Chat::start().await;
    let ada = chat.joins("Ada").await;
    let token = ada.requests_reset_token().await;
    ada.tries_to_change_the_password(PASSWORD, NEW).await.expect(200);
    chat.mail_to(&ada.email).await;
    chat.tries_to_reset(&token, "yet another lighthouse").await.rejects(400, "invalid_reset_token");
    chat.logs_in(&ada.email, NEW).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_one_of_two_concurrent_changes_succeeds() {
    let chat = Chat::start().await;
    let ada = chat.joins("Ada").await;
    let other = ada.on_another_device().await;
    let (first, second) = tokio::join!(
        ada.tries_to_change_the_password(PASSWORD, NEW),
        other.tries_to_change_the_password(PASSWORD, "yet another lighthouse"),
    );
    let made = [first.status, second.status].iter().filter(|status| **status == 200).count();
    assert_eq!(made, 1, "{} and {}", first.body, second.body);
    chat.mail_to(&ada.email).await;
}

/// I5: a session that ends while it changes the password changes nothing.
#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_ends_during_its_request_changes_nothing() {
    let chat = Chat::start().await;
    let ada = chat.joins("Ada").await;
    let owner = ada.on_another_device().await;
    let latch = chat.holds_up("TransactWriteItems", "sessions = :kept");
    let (change, ()) = tokio::join!(ada.tries_to_change_the_password(PASSWORD, NEW), async {
        latch.reached(1).await;
        owner.delete("/api/auth/sessions").await.expect(200);
        latch.open();
    });
    change.rejects(401, "invalid_token");
    chat.logs_in(&ada.email, PASSWORD).await;
    owner.get("/api/auth/validate").await.expect(200);
}

#[tokio::test]
async fn bad_bodies_and_passwords_are_rejected() {
    let chat = Chat::start().await;
    let ada = chat.joins("Ada").await;
    chat.rejects_bad_bodies(Method::POST, PATH, Some(&ada.token)).await;
    for (member, value, code) in [
        ("current_password", json!(""), "invalid_request"),
        ("current_password", json!("x".repeat(129)), "invalid_request"),
        ("current_password", json!(null), "invalid_request"),
        ("current_password", json!([]), "invalid_body"),
        ("password", json!("short"), "invalid_request"),
        ("password", json!("password123"), "invalid_request"),
        ("password", json!(ada.email), "invalid_request"),
        ("password", json!("x".repeat(129)), "invalid_request"),
        ("password", json!(false), "invalid_body"),
    ] {
        let mut body = json!({ "current_password": PASSWORD, "password": NEW });
        body[member] = value.clone();
        let answer = ada.post(PATH, body).await;
        answer.rejects(400, code);
        assert_eq!(answer.pointers(), [format!("/{member}")], "{value}");
    }
    let answer = ada.post(PATH, json!({ "x": 1 })).await;
    assert_eq!(answer.pointers(), ["/current_password", "/password"]);
    chat.logs_in(&ada.email, PASSWORD).await;
}
