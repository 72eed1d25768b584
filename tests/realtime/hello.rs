//! `hello` and `ping`

use serde_json::json;
use shared::domain::Timestamp;

use crate::support::Chat;

#[tokio::test]
async fn hello_returns_the_user_and_the_limits() {
    let chat = Chat::start().await;
    let ada = chat.joins("Ada").await;
    let mut socket = ada.opens_a_socket().await;
    let hello = socket.asks("hello", json!({})).await.unwrap();
    assert_eq!(hello["user"]["id"], ada.id);
    assert_eq!(hello["user"]["email"], ada.email);
    assert_eq!(hello["heartbeat_seconds"], 300);
    assert_eq!(hello["limits"]["content_chars"], 4_000);
    assert_eq!(chat.stack().sockets().open(), [hello["connection_id"].as_str().unwrap()]);
    let time = |member: &str| serde_json::from_value::<Timestamp>(hello[member].clone()).unwrap();
    assert!(chat.now().since(time("server_time")).as_secs() < 10);
    let life = time("expires_at").since(time("server_time")).as_secs();
    assert!((7_100..=7_200).contains(&life), "{life}");
}

#[tokio::test]
async fn a_reply_repeats_the_clients_id_and_the_action() {
    let chat = Chat::start().await;
    let ada = chat.joins("Ada").await;
    let mut socket = ada.opens_a_socket().await;
    socket.writes(r#"{"action":"ping","id":"é-1","more":true}"#).await;
    assert_eq!(socket.reply_to("é-1").await, Ok(json!({})));
}
