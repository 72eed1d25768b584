//! The socket API over real connections, with stub functions and a real client.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use futures::{FutureExt, SinkExt, StreamExt};
use http_body_util::Full;
use hyper_util::{client::legacy::Client, rt::TokioExecutor};
use serde_json::{Value, json};
use tokio::sync::watch;
use tokio_tungstenite::{
    connect_async,
    tungstenite::{Message, client::IntoClientRequest, protocol::CloseFrame},
};

use crate::{Limits, host::tasks::locked};

mod faults;
mod support;
use support::{Api, closed, ok, rejected, text};

#[tokio::test]
async fn connect_can_reject_before_the_socket_opens() {
    let api = Api::start(|_| Ok(json!({ "statusCode": 401, "body": "no" }))).await;
    assert_eq!(rejected(&format!("ws://{}/", api.address)).await, (401, "no".to_owned()));
    assert!(api.sockets.open().is_empty());
    let failing = Api::start(|_| Err("broken".to_owned())).await;
    assert_eq!(rejected(&format!("ws://{}/live", failing.address)).await.0, 500);
}

#[tokio::test]
async fn other_paths_are_forbidden_and_plain_requests_get_426() {
    let api = Api::start(ok).await;
    assert_eq!(rejected(&format!("ws://{}/other", api.address)).await.0, 403);
    let client = Client::builder(TokioExecutor::new()).build_http::<Full<bytes::Bytes>>();
    let plain = client.get(format!("http://{}/live", api.address).parse().unwrap()).await;
    assert_eq!(plain.unwrap().status(), 426);
}

#[tokio::test]
async fn connect_sees_the_request_and_selects_the_subprotocol() {
    let api = Api::start(|_| {
        Ok(json!({ "statusCode": 200, "headers": { "Sec-WebSocket-Protocol": "emotechat.v1" } }))
    })
    .await;
    let mut request =
        format!("ws://{}/live?ticket=a%20b", api.address).into_client_request().unwrap();
    let offered = "emotechat.v1, ticket.x".parse().unwrap();
    request.headers_mut().insert("sec-websocket-protocol", offered);
    let (_client, response) = connect_async(request).await.unwrap();
    assert_eq!(response.headers()["sec-websocket-protocol"], "emotechat.v1");
    let event = api.event("CONNECT").await;
    assert_eq!(event["queryStringParameters"]["ticket"], "a b");
    assert_eq!(event["requestContext"]["identity"]["sourceIp"], "127.0.0.1");
    type Typed = aws_lambda_events::apigw::ApiGatewayWebsocketProxyRequest;
    let typed: Typed = serde_json::from_value(event).unwrap();
    assert_eq!(typed.headers["sec-websocket-protocol"], "emotechat.v1, ticket.x");
    let id = typed.request_context.connection_id.unwrap();
    assert!(id.ends_with('=') && id.len() == 16);
}

#[tokio::test]
async fn a_post_before_connect_has_returned_is_gone() {
    let (finish, latch) = watch::channel(false);
    let api = Api::with(Limits::default(), move |_| {
        let mut latch = latch.clone();
        async move {
            latch.wait_for(|open| *open).await.unwrap();
            Ok(json!({ "statusCode": 200 }))
        }
        .boxed()
    })
    .await;
    let url = format!("ws://{}/", api.address);
    let connecting = tokio::spawn(async move { connect_async(url).await.unwrap().0 });
    let event = api.event("CONNECT").await;
    let id = event["requestContext"]["connectionId"].as_str().unwrap();
    let (status, _, kind) = api.manage("KEY", "POST", id, "early".to_owned()).await;
    assert_eq!((status.as_u16(), kind.as_str()), (410, "GoneException"));
    finish.send(true).unwrap();
    let mut client = connecting.await.unwrap();
    assert_eq!(api.post(id, "hello").await, 200);
    assert_eq!(text(&mut client).await, "hello");
}

#[tokio::test]
async fn messages_reach_default_and_posts_arrive_in_order() {
    let api = Api::start(ok).await;
    let (mut client, id) = api.connect().await;
    client.send(Message::text("hi")).await.unwrap();
    let event = api.event("MESSAGE").await;
    assert_eq!((&event["body"], &event["isBase64Encoded"]), (&json!("hi"), &json!(false)));
    assert_eq!(event["requestContext"]["routeKey"], "$default");
    for number in 0..20 {
        assert_eq!(api.post(&id, &number.to_string()).await, 200);
    }
    for number in 0..20 {
        assert_eq!(text(&mut client).await, number.to_string());
    }
    client.send(Message::binary(vec![0xff])).await.unwrap();
    let mut events = api.events.clone();
    let events = events.wait_for(|events| events.iter().any(|one| one["body"] == "/w==")).await;
    assert!(events.unwrap().iter().any(|one| one["isBase64Encoded"] == true));
}

#[tokio::test]
async fn a_ping_gets_a_pong() {
    let api = Api::start(ok).await;
    let (mut client, _) = api.connect().await;
    client.send(Message::Ping("x".into())).await.unwrap();
    assert_eq!(client.next().await.unwrap().unwrap(), Message::Pong("x".into()));
}

#[tokio::test]
async fn the_gateway_reports_a_failed_message() {
    let api = Api::start(|event| match event["requestContext"]["eventType"].as_str() {
        Some("MESSAGE") => Err("broken".to_owned()),
        _ => Ok(json!({ "statusCode": 200 })),
    })
    .await;
    let (mut client, id) = api.connect().await;
    client.send(Message::text("hi")).await.unwrap();
    let answer: Value = serde_json::from_str(&text(&mut client).await).unwrap();
    assert_eq!(answer["message"], "Internal server error");
    assert_eq!(answer["connectionId"], *id);
}

#[tokio::test]
async fn a_frame_over_the_limit_closes_with_1009() {
    let api = Api::start(ok).await;
    let (mut client, _) = api.connect().await;
    client.send(Message::text("x".repeat(32 * 1024))).await.unwrap();
    api.event("MESSAGE").await;
    client.send(Message::text("x".repeat(32 * 1024 + 1))).await.unwrap();
    assert_eq!(closed(&mut client).await, 1009);
    let event = api.event("DISCONNECT").await;
    assert_eq!(event["requestContext"]["disconnectStatusCode"], 1009);
}

#[tokio::test]
async fn a_large_frame_does_not_swallow_its_close() {
    let api = Api::start(ok).await;
    let (mut client, _) = api.connect().await;
    client.send(Message::text("x".repeat(8 * 1024 * 1024))).await.unwrap();
    assert_eq!(closed(&mut client).await, 1009);
}

#[tokio::test]
async fn a_post_over_the_limit_is_413() {
    let api = Api::start(ok).await;
    let (mut client, id) = api.connect().await;
    assert_eq!(api.post(&id, &"x".repeat(128 * 1024)).await, 200);
    assert_eq!(text(&mut client).await.len(), 128 * 1024);
    let over = "x".repeat(128 * 1024 + 1);
    let (status, _, kind) = api.manage("KEY", "POST", &id, over).await;
    assert_eq!((status.as_u16(), kind.as_str()), (413, "PayloadTooLargeException"));
}

#[tokio::test]
async fn a_socket_is_closed_when_it_is_idle() {
    let api = Api::start(ok).await;
    let (mut client, _) = api.connect().await;
    api.time.advance(Duration::from_secs(9 * 60));
    client.send(Message::Ping("x".into())).await.unwrap();
    assert_eq!(client.next().await.unwrap().unwrap(), Message::Pong("x".into()));
    api.time.advance(Duration::from_secs(9 * 60));
    client.send(Message::Ping("y".into())).await.unwrap();
    assert_eq!(client.next().await.unwrap().unwrap(), Message::Pong("y".into()));
    api.time.advance(Duration::from_secs(10 * 60));
    assert_eq!(closed(&mut client).await, 1001);
    let event = api.event("DISCONNECT").await;
    assert_eq!(event["requestContext"]["disconnectStatusCode"], 1001);
    assert!(api.sockets.open().is_empty());
}

#[tokio::test]
async fn a_socket_is_closed_after_two_hours() {
    let limits = Limits { idle: Duration::from_secs(24 * 60 * 60), ..Limits::default() };
    let api = Api::with(limits, |event| std::future::ready(ok(&event)).boxed()).await;
    let (mut client, _) = api.connect().await;
    api.time.advance(Duration::from_secs(2 * 60 * 60));
    assert_eq!(closed(&mut client).await, 1001);
}

#[tokio::test]
async fn a_delete_closes_after_what_was_queued() {
    let api = Api::start(ok).await;
    let (mut client, id) = api.connect().await;
    assert_eq!(api.post(&id, "last words").await, 200);
    let (status, ..) = api.manage("KEY", "DELETE", &id, String::new()).await;
    assert_eq!(status, 204);
    assert_eq!(api.post(&id, "too late").await, 410);
    assert_eq!(text(&mut client).await, "last words");
    assert_eq!(closed(&mut client).await, 1000);
    api.event("DISCONNECT").await;
}

#[tokio::test]
async fn a_client_that_closes_is_disconnected_with_its_code() {
    let api = Api::start(ok).await;
    let (mut client, id) = api.connect().await;
    let frame = CloseFrame { code: 4000.into(), reason: "bye".into() };
    client.close(Some(frame)).await.unwrap();
    let event = api.event("DISCONNECT").await;
    assert_eq!(event["requestContext"]["disconnectStatusCode"], 4000);
    assert_eq!(event["requestContext"]["disconnectReason"], "bye");
    assert_eq!(closed(&mut client).await, 4000);
    assert_eq!(api.post(&id, "x").await, 410);
}

#[tokio::test]
async fn a_connection_can_be_queried() {
    let api = Api::start(ok).await;
    let (_client, id) = api.connect().await;
    let (status, body, _) = api.manage("KEY", "GET", &id, String::new()).await;
    assert_eq!(status, 200);
    assert_eq!(body["identity"]["sourceIp"], "127.0.0.1");
    assert!(body["connectedAt"].as_str().unwrap().ends_with('Z'));
    assert_eq!(api.manage("KEY", "GET", "other=", String::new()).await.0, 410);
}

#[tokio::test]
async fn posting_requires_the_right() {
    let api = Api::start(ok).await;
    let (_client, id) = api.connect().await;
    let (status, _, kind) = api.manage("STRANGER", "POST", &id, "x".to_owned()).await;
    assert_eq!((status.as_u16(), kind.as_str()), (403, "ForbiddenException"));
    assert_eq!(api.manage("POSTS", "POST", &id, "x".to_owned()).await.0, 200);
    assert_eq!(api.manage("POSTS", "DELETE", &id, String::new()).await.0, 403);
}

#[tokio::test]
async fn a_killed_socket_is_gone_without_a_disconnect() {
    let api = Api::start(ok).await;
    let (mut client, id) = api.connect().await;
    assert!(api.sockets.kill(&id));
    assert!(client.next().await.is_none_or(|message| message.is_err()));
    assert_eq!(api.post(&id, "x").await, 410);
    let kinds = api.events.borrow().len();
    assert_eq!(kinds, 1, "only $connect was invoked");
}

#[tokio::test]
async fn lost_pushes_get_200() {
    let api = Api::start(ok).await;
    let (mut client, id) = api.connect().await;
    api.sockets.record();
    assert!(api.sockets.lose_pushes(&id, true));
    assert_eq!(api.post(&id, "lost").await, 200);
    assert!(api.sockets.lose_pushes(&id, false));
    assert_eq!(api.post(&id, "found").await, 200);
    assert_eq!(text(&mut client).await, "found");
    let bodies: Vec<_> = api.sockets.recorded().into_iter().map(|post| post.body).collect();
    assert_eq!(bodies, ["lost", "found"]);
}

#[tokio::test]
async fn a_client_that_does_not_read_is_disconnected() {
    let limits = Limits { outbox: 4, ..Limits::default() };
    let api = Api::with(limits, |event| std::future::ready(ok(&event)).boxed()).await;
    let (_slow, slow) = api.connect().await;
    let large = "x".repeat(128 * 1024);
    let mut posts = 0;
    while api.post(&slow, &large).await == 200 {
        posts += 1;
        assert!(posts < 1000, "the slow client was never cut off");
    }
    assert_eq!(api.post(&slow, "x").await, 410);
    api.event("DISCONNECT").await;
}

#[tokio::test]
async fn messages_in_flight_are_bounded() {
    let (finish, latch) = watch::channel(false);
    let running = Arc::new(Mutex::new(0));
    let seen = running.clone();
    let limits = Limits { in_flight: 2, ..Limits::default() };
    let api = Api::with(limits, move |event| {
        let (mut latch, running) = (latch.clone(), running.clone());
        async move {
            if event["requestContext"]["eventType"] == "MESSAGE" {
                *locked(&running) += 1;
                latch.wait_for(|open| *open).await.unwrap();
            }
            Ok(json!({ "statusCode": 200 }))
        }
        .boxed()
    })
    .await;
    let (mut client, id) = api.connect().await;
    for _ in 0..5 {
        client.send(Message::text("hi")).await.unwrap();
    }
    // The third message waits unread on the client's side. Posts still go through.
    let mut events = api.events.clone();
    events.wait_for(|events| events.len() == 3).await.unwrap();
    assert_eq!(api.post(&id, "still here").await, 200);
    assert_eq!(text(&mut client).await, "still here");
    assert_eq!(*locked(&seen), 2);
    finish.send(true).unwrap();
    events.wait_for(|events| events.len() == 6).await.unwrap();
}
