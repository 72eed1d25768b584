//! `POST /api/auth/ticket`

use serde_json::json;

use crate::support::{Chat, Socket};

async fn open(chat: &Chat, ticket: &str) -> Result<Socket, u16> {
    chat.socket(&[], &format!("?ticket={ticket}")).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ticket_opens_only_one_socket() {
    let chat = Chat::start().await;
    let ada = chat.joins("Ada").await;
    let body = ada.post("/api/auth/ticket", json!({})).await.expect(200);
    let ticket = body["ticket"].as_str().unwrap();
    assert!(body["url"].as_str().unwrap().starts_with("ws://127.0.0.1:"));
    assert!(ticket.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_'));

    let attempts = futures::future::join_all((0..8).map(|_| open(&chat, ticket))).await;
    assert_eq!(attempts.iter().filter(|socket| socket.is_ok()).count(), 1);
    let rejected = chat.rejection(401);
    assert!(attempts.iter().filter_map(|socket| socket.as_ref().err()).all(|it| *it == rejected));
    assert_eq!(open(&chat, ticket).await.err(), Some(chat.rejection(401)));
}

#[tokio::test]
async fn a_ticket_is_valid_for_a_minute() {
    let chat = Chat::start().await;
    let ada = chat.joins("Ada").await;
    let body = ada.post("/api/auth/ticket", json!({})).await.expect(200);
    chat.advance(60);
    assert_eq!(
        open(&chat, body["ticket"].as_str().unwrap()).await.err(),
        Some(chat.rejection(401))
    );
}

/// I5.
#[tokio::test]
async fn a_ticket_ends_with_its_session() {
    let chat = Chat::start().await;
    let ada = chat.joins("Ada").await;
    let body = ada.post("/api/auth/ticket", json!({})).await.expect(200);
    ada.post("/api/auth/logout", json!({})).await.expect(200);
    assert_eq!(
        open(&chat, body["ticket"].as_str().unwrap()).await.err(),
        Some(chat.rejection(401))
    );
}
