//! Faults that tests inject into posts.

use http::StatusCode;

use super::support::{Api, closed, ok, text};
use crate::{Fault, FaultKind, Latch};

fn on(operation: &str, id: &str, kind: FaultKind) -> Fault {
    Fault { operation: operation.to_owned(), containing: Some(id.to_owned()), kind, times: 1 }
}

#[tokio::test]
async fn a_fault_applies_only_to_posts_to_its_socket() {
    let api = Api::start(ok).await;
    let (mut client, id) = api.connect().await;
    let (mut other, others) = api.connect().await;
    let post = async |body: &str| api.manage("KEY", "POST", &id, body.to_owned()).await;
    for kind in [
        FaultKind::Throttle,
        FaultKind::Fail,
        FaultKind::Respond(429, "slower".into()),
        FaultKind::FailAfterwards,
    ] {
        api.sockets.faults().add(on("PostToConnection", &id, kind));
    }
    api.sockets.record();
    assert_eq!(api.post(&others, "for the other").await, 200);
    let (status, body, kind) = post("throttled").await;
    assert_eq!((status, kind.as_str()), (StatusCode::TOO_MANY_REQUESTS, "LimitExceededException"));
    assert_eq!(body["message"], "Too Many Requests");
    assert_eq!(post("failed").await.0, 500);
    assert_eq!(post("answered").await.1, "slower");
    assert_eq!(post("arrived").await.0, 500);
    assert_eq!(post("delivered").await.0, 200);
    assert_eq!(text(&mut client).await, "arrived");
    assert_eq!(text(&mut client).await, "delivered");
    assert_eq!(text(&mut other).await, "for the other");
    let posts = api.sockets.recorded();
    let statuses: Vec<_> = posts.iter().map(|post| (&*post.body, post.status)).collect();
    let expected = [
        ("for the other", 200),
        ("throttled", 429),
        ("failed", 500),
        ("answered", 429),
        ("arrived", 200),
        ("delivered", 200),
    ];
    assert_eq!(statuses, expected);
    assert!(api.sockets.faults().unfired().is_empty());
}

#[tokio::test]
async fn a_post_arrives_even_if_its_response_is_lost() {
    let api = Api::start(ok).await;
    let (mut client, id) = api.connect().await;
    api.sockets.faults().add(on("PostToConnection", "good bye", FaultKind::LoseResponse));
    let post = async |body: &str| api.try_to_manage("KEY", "POST", &id, body.to_owned()).await;
    assert!(post("hello").await.is_some());
    assert!(post("good bye").await.is_none());
    assert_eq!(text(&mut client).await, "hello");
    assert_eq!(text(&mut client).await, "good bye");
}

#[tokio::test]
async fn a_delayed_post_does_not_delay_others() {
    let api = Api::start(ok).await;
    let (mut client, id) = api.connect().await;
    let latch = Latch::new();
    api.sockets.faults().add(on("PostToConnection", &id, FaultKind::Delay(latch.clone())));
    let second_post = async {
        latch.reached(1).await;
        assert_eq!(api.post(&id, "second").await, 200);
        assert_eq!(text(&mut client).await, "second");
        latch.open();
        assert_eq!(text(&mut client).await, "first");
    };
    assert_eq!(tokio::join!(api.post(&id, "first"), second_post).0, 200);
}

#[tokio::test]
async fn closing_is_throttled_too() {
    let api = Api::start(ok).await;
    let (mut client, id) = api.connect().await;
    api.sockets.faults().add(on("DeleteConnection", &id, FaultKind::Throttle));
    api.sockets.record();
    let close = async || api.manage("KEY", "DELETE", &id, String::new()).await.0.as_u16();
    assert_eq!((close().await, close().await), (429, 204));
    assert_eq!(closed(&mut client).await, 1000);
    assert!(api.sockets.recorded().is_empty(), "no posts");
}
