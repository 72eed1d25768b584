//! Opening and closing a socket.

use std::time::Duration;

use serde_json::json;

use crate::support::Chat;

const ORIGIN: &str = "http://localhost:5173";

#[tokio::test]
async fn a_browser_opens_a_socket_with_a_ticket_as_subprotocol() {
    let chat = Chat::start().await;
    let ada = chat.joins("Ada").await;
    let body = ada.post("/api/auth/ticket", json!({})).await.expect(200);
    let offered = format!("emotechat.v1, ticket.{}", body["ticket"].as_str().unwrap());
    let headers = [("sec-websocket-protocol", offered), ("origin", ORIGIN.to_owned())];
    let mut socket = chat.socket(&headers, "").await.expect("the socket opens");
    assert_eq!(socket.protocol.as_deref(), Some("emotechat.v1"));
    socket.asks("ping", json!({})).await.unwrap();
}

#[tokio::test]
async fn a_native_client_opens_a_socket_with_its_token_or_a_ticket() {
    let chat = Chat::start().await;
    let ada = chat.joins("Ada").await;
    let mut by_token = ada.opens_a_socket().await;
    assert_eq!(by_token.asks("ping", json!({})).await.unwrap(), json!({}));
    let body = ada.post("/api/auth/ticket", json!({})).await.expect(200);
    let query = format!("?ticket={}", body["ticket"].as_str().unwrap());
    let mut by_ticket = chat.socket(&[], &query).await.expect("the socket opens");
    by_ticket.asks("ping", json!({})).await.unwrap();
}

#[tokio::test]
async fn no_socket_opens_without_a_valid_credential() {
    let chat = Chat::start().await;
    let ada = chat.joins("Ada").await;
    let authorization = |value: &str| vec![("authorization", value.to_owned())];
    let protocol = |value: &str| vec![("sec-websocket-protocol", value.to_owned())];
    let cases = [
        (vec![], ""),
        (vec![], "?ticket="),
        (vec![], "?ticket=nonsense"),
        (vec![], "?ticket=%00"),
        (authorization("Bearer x"), ""),
        (authorization(&format!("Basic {}", ada.token)), ""),
        (protocol("emotechat.v1"), ""),
        (protocol("emotechat.v1, ticket."), ""),
        (protocol("ticket.nonsense"), ""),
    ];
    for (headers, query) in cases {
        assert_eq!(
            chat.socket(&headers, query).await.err(),
            Some(chat.rejection(401)),
            "{headers:?} {query}"
        );
    }
}

#[tokio::test]
async fn a_page_from_another_origin_cannot_open_a_socket() {
    let chat = Chat::start().await;
    let ada = chat.joins("Ada").await;
    let open = async |origin: &str| {
        let token = ("authorization", format!("Bearer {}", ada.token));
        chat.socket(&[token, ("origin", origin.to_owned())], "").await.map(|_| ())
    };
    for origin in [
        "http://evil.example",
        "null",
        "http://localhost:5173.evil.example",
        "https://localhost:5173",
    ] {
        assert_eq!(open(origin).await, Err(403), "{origin}");
    }
    assert_eq!(open(ORIGIN).await, Ok(()));
    let own = chat.stack().http_url().to_owned();
    assert_eq!(open(&own).await, Ok(()), "the local stack's own pages are allowed");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_oldest_of_twenty_sockets_closes_when_another_opens() {
    let chat = Chat::start().await;
    let ada = chat.joins("Ada").await;
    let mut sockets = Vec::new();
    for _ in 0..20 {
        sockets.push(ada.comes_online().await);
        chat.stack().advance(Duration::from_millis(10));
    }
    let mut newest = ada.comes_online().await;
    sockets[0].is_closed().await;
    for socket in &mut sockets[1..] {
        socket.asks("ping", json!({})).await.unwrap();
    }
    newest.asks("ping", json!({})).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_socket_closes_after_ten_idle_minutes_or_two_hours() {
    let chat = Chat::start().await;
    let (alice, bob, conversation) = chat.pair().await;
    // Eve has no conversations, so not even presence events are posted to this socket.
    let mut idle = chat.joins("Eve").await.comes_online().await;
    let mut busy = bob.comes_online().await;
    for _ in 0..2 {
        chat.advance(5 * 60 + 1);
        busy.asks("ping", json!({})).await.unwrap();
    }
    idle.is_closed().await;
    alice.says(&conversation, "still there?").await;
    busy.hears("entry").await;
    for _ in 0..23 {
        chat.advance(5 * 60);
        if busy.sends("ping", json!({})).await.is_empty() {
            break;
        }
    }
    busy.is_closed().await;
}
