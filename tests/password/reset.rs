//! `POST /api/password/reset`

use futures::future::join_all;
use local::FaultKind;
use reqwest::Method;
use serde_json::json;

use crate::support::{Chat, PASSWORD};

const PATH: &str = "/api/password/reset";
const NEW: &str = "an unlit lighthouse";

/// I5 and I7: the new password works, and all sessions of the old one have ended, on HTTP and on sockets.
#[tokio::test(flavor = "multi_thread")]
async fn a_reset_sets_the_password_and_ends_all_sessions_and_their_sockets() {
    let chat = Chat::start().await;
    let (alice, bob, conversation) = chat.pair().await;
    let phone = alice.on_another_device().await;
    let (mut bobs, mut socket) = (bob.comes_online().await, alice.comes_online().await);
    let mut silent = phone.opens_a_socket().await;
    bobs.hears("presence").await;
    let token = alice.requests_reset_token().await;

    let answer = chat.tries_to_reset(&token, NEW).await;
    answer.has_the_common_headers();
    answer.expect(200);

    for person in [&alice, &phone] {
        person.get("/api/auth/validate").await.rejects(401, "invalid_token");
        let header = ("authorization", format!("Bearer {}", person.token));
        assert_eq!(chat.socket(&[header], "").await.err(), Some(chat.rejection(401)));
    }
    socket.hears("session_ended").await;
    socket.is_closed().await;
    silent.is_closed().await;
    assert_eq!(bobs.hears("presence").await["data"]["online"], false);
    bob.says(&conversation, "still there?").await;
    chat.tries_to_log_in(&alice.email, PASSWORD).await.rejects(401, "invalid_credentials");
    let again = chat.logs_in(&alice.email, NEW).await;
    let sessions = again.get("/api/auth/sessions").await.expect(200);
    assert_eq!(sessions["sessions"].as_array().unwrap().len(), 1);
    let notice = chat.mail_to(&alice.email).await;
    assert_eq!(notice.subject, "Your EmoteChat password was changed");
}

/// I7.
#[tokio::test(flavor = "multi_thread")]
async fn a_link_used_eight_times_concurrently_resets_once() {
    let chat = Chat::start().await;
    let ada = chat.joins("Ada").await;
    let token = ada.requests_reset_token().await;
    let passwords: Vec<String> = (0..8).map(|n| format!("lighthouse number {n}")).collect();
    let attempts = passwords.iter().map(|password| chat.tries_to_reset(&token, password));
    let answers = join_all(attempts).await;
    let mut winners = Vec::new();
    for (answer, password) in answers.iter().zip(&passwords) {
        match answer.status {
            200 => winners.push(password),
            _ => answer.rejects(400, "invalid_reset_token"),
        }
    }
    assert_eq!(winners.len(), 1);
    chat.logs_in(&ada.email, winners[0]).await;
    chat.mail_to(&ada.email).await;
    chat.stack().streams().settled().await;
}

#[tokio::test]
async fn a_used_superseded_or_expired_link_is_rejected() {
    let chat = Chat::start().await;
    let ada = chat.joins("Ada").await;
    let older = ada.requests_reset_token().await;
    let newer = ada.requests_reset_token().await;
    chat.tries_to_reset(&older, NEW).await.rejects(400, "invalid_reset_token");
    chat.advance(30 * 60 - 5);
    chat.tries_to_reset(&newer, NEW).await.expect(200);
    chat.tries_to_reset(&newer, NEW).await.rejects(400, "invalid_reset_token");
    chat.tries_to_reset(&older, NEW).await.rejects(400, "invalid_reset_token");
    chat.mail_to(&ada.email).await;
    chat.advance(60 * 60);
    let expired = ada.requests_reset_token().await;
    chat.advance(30 * 60);
    chat.tries_to_reset(&expired, NEW).await.rejects(400, "invalid_reset_token");
    chat.stack().table().sweep().unwrap();
    chat.tries_to_reset(&expired, NEW).await.rejects(400, "invalid_reset_token");
}

#[tokio::test]
async fn a_malformed_token_is_rejected() {
    let chat = Chat::start().await;
    let ada = chat.joins("Ada").await;
    let token = ada.requests_reset_token().await;
    let (long, lower) = ("A".repeat(100_000), token.to_lowercase());
    let other = "A".repeat(43);
    for bad in [
        "x",
        " ",
        &other,
        &lower,
        &long,
        &token[..42],
        &format!("{token}="),
        &format!(" {token}"),
        "\u{0}",
        "é",
        "../../etc",
        "{{token}}",
    ] {
        chat.tries_to_reset(bad, NEW).await.rejects(400, "invalid_reset_token");
    }
    chat.tries_to_reset(&token, NEW).await.expect(200);
    chat.mail_to(&ada.email).await;
}

#[tokio::test]
async fn rejected_bodies_and_passwords_do_not_use_up_the_link() {
    let chat = Chat::start().await;
    chat.rejects_bad_bodies(Method::POST, PATH, None).await;
    chat.registers("Lady Ada Lovelace", "ada@example.com").await.expect(200);
    let ada = chat.logs_in("ada@example.com", PASSWORD).await;
    let token = ada.requests_reset_token().await;
    for (password, code) in [
        (json!("short"), "invalid_request"),
        (json!("x".repeat(129)), "invalid_request"),
        (json!("password123"), "invalid_request"),
        (json!(ada.email), "invalid_request"),
        (json!("LADY ADA LOVELACE"), "invalid_request"),
        (json!(null), "invalid_request"),
        (json!(12345678), "invalid_body"),
    ] {
        let body = json!({ "token": token, "password": password });
        let answer = chat.call(Method::POST, PATH, None, Some(body)).await;
        answer.rejects(400, code);
        assert_eq!(answer.pointers(), ["/password"], "{password}");
    }
    for (token, code) in [
        (json!(""), "invalid_request"),
        (json!(null), "invalid_request"),
        (json!(1), "invalid_body"),
    ] {
        let body = json!({ "token": token, "password": NEW });
        let answer = chat.call(Method::POST, PATH, None, Some(body)).await;
        answer.rejects(400, code);
        assert_eq!(answer.pointers(), ["/token"]);
    }
    chat.tries_to_reset(&token, NEW).await.expect(200);
    chat.mail_to(&ada.email).await;
}

/// The owner of the account need not wait because of failed logins by others.
#[tokio::test]
async fn a_reset_works_during_the_delay_after_failed_logins_and_ends_it() {
    let chat = Chat::start().await;
    let ada = chat.joins("Ada").await;
    for _ in 0..5 {
        chat.tries_to_log_in(&ada.email, "wrong wrong").await;
    }
    chat.tries_to_log_in(&ada.email, PASSWORD).await.rejects(429, "too_many_attempts");
    let token = ada.requests_reset_token().await;
    chat.tries_to_reset(&token, NEW).await.expect(200);
    chat.logs_in(&ada.email, NEW).await;
    chat.mail_to(&ada.email).await;
}

/// I5: a login that checked the old password before the reset starts no session after it.
#[tokio::test(flavor = "multi_thread")]
async fn a_login_in_progress_does_not_survive_a_reset() {
    let chat = Chat::start().await;
    let ada = chat.joins("Ada").await;
    let token = ada.requests_reset_token().await;
    let latch = chat.holds_up("TransactWriteItems", "ADD sessions");
    let (login, ()) = tokio::join!(chat.tries_to_log_in(&ada.email, PASSWORD), async {
        latch.reached(1).await;
        chat.tries_to_reset(&token, NEW).await.expect(200);
        latch.open();
    });
    login.rejects(401, "invalid_credentials");
    chat.mail_to(&ada.email).await;
}

/// I5: a session and a socket that start while the reset is written end with it.
#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_starts_during_a_reset_ends_with_it() {
    let chat = Chat::start().await;
    let ada = chat.joins("Ada").await;
    let token = ada.requests_reset_token().await;
    let latch = chat.holds_up("TransactWriteItems", "REMOVE sessions");
    let (reset, (late, mut socket)) = tokio::join!(chat.tries_to_reset(&token, NEW), async {
        latch.reached(1).await;
        let late = ada.on_another_device().await;
        let socket = late.comes_online().await;
        latch.open();
        (late, socket)
    });
    reset.expect(200);
    late.get("/api/auth/validate").await.rejects(401, "invalid_token");
    socket.is_closed().await;
    chat.mail_to(&ada.email).await;
}

#[tokio::test]
async fn a_reset_with_a_lost_table_response_takes_effect_once() {
    for kind in
        [FaultKind::LoseResponse, FaultKind::FailAfterwards, FaultKind::Conflict, FaultKind::Fail]
    {
        let chat = Chat::start().await;
        let ada = chat.joins("Ada").await;
        let token = ada.requests_reset_token().await;
        chat.stack().table().faults().next("TransactWriteItems", 1, kind);
        chat.tries_to_reset(&token, NEW).await.expect(200);
        chat.tries_to_reset(&token, NEW).await.rejects(400, "invalid_reset_token");
        chat.logs_in(&ada.email, NEW).await;
        chat.mail_to(&ada.email).await;
        chat.stack().streams().settled().await;
    }
}

/// The maximum number of sessions and sockets ends in one transaction.
#[tokio::test(flavor = "multi_thread")]
async fn fifty_sessions_and_twenty_sockets_end_together() {
    let chat = Chat::start().await;
    let ada = chat.joins("Ada").await;
    let mut devices = Vec::new();
    for _ in 0..7 {
        devices.extend(join_all((0..7).map(|_| ada.on_another_device())).await);
    }
    let mut sockets = join_all(devices.iter().take(20).map(|device| device.comes_online())).await;
    let token = ada.requests_reset_token().await;
    chat.tries_to_reset(&token, NEW).await.expect(200);
    for device in &devices {
        device.get("/api/auth/validate").await.rejects(401, "invalid_token");
    }
    for socket in &mut sockets {
        socket.is_closed().await;
    }
    chat.mail_to(&ada.email).await;
}

/// I7: the table and its stream, which backups contain, hold no reset token, no password and no ticket.
#[tokio::test]
async fn the_table_and_its_stream_contain_no_secret() {
    let chat = Chat::start().await;
    let ada = chat.joins("Ada").await;
    let ticket = ada.post("/api/auth/ticket", json!({})).await.expect(200);
    let tokens = [ada.requests_reset_token().await, ada.requests_reset_token().await];
    chat.tries_to_reset(&tokens[1], NEW).await.expect(200);
    chat.mail_to(&ada.email).await;
    chat.stack().streams().settled().await;
    let records = serde_json::to_string(&chat.stack().streams().records()).unwrap();
    assert!(
        records.contains("OUTBOX#") && records.contains("RESET#") && records.contains("TICKET#")
    );
    let secrets =
        [&*tokens[0], &*tokens[1], ticket["ticket"].as_str().unwrap(), &*ada.token, PASSWORD, NEW];
    for secret in secrets {
        assert!(!records.contains(secret), "{secret}");
        let bytes = data_encoding::BASE64URL_NOPAD.decode(secret.as_bytes()).unwrap_or_default();
        let hex = data_encoding::HEXLOWER.encode(&bytes);
        assert!(hex.is_empty() || !records.contains(&hex), "{secret} as bytes");
    }
}

/// Links sent before and after a rotation of the key both work.
#[tokio::test]
async fn links_survive_a_key_rotation() {
    let chat = Chat::start().await;
    let ada = chat.joins("Ada").await;
    chat.stack().streams().pause();
    chat.requests_reset_link(&ada.email).await.expect(200);
    chat.stack().secrets().rotate().unwrap();
    chat.stack().streams().resume();
    let token = chat.token_mailed_to(&ada.email).await;
    chat.tries_to_reset(&token, NEW).await.expect(200);
    chat.mail_to(&ada.email).await;
    chat.advance(2 * 60 * 60);
    let token = ada.requests_reset_token().await;
    chat.tries_to_reset(&token, PASSWORD).await.expect(200);
    chat.mail_to(&ada.email).await;
}
