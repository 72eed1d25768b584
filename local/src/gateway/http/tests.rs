//! The HTTP API over real connections, in front of a stub function.

use futures::FutureExt;
use http::Request;
use http_body_util::{BodyExt, Full};
use hyper_util::{client::legacy::Client, rt::TokioExecutor};
use serde_json::{Value, json};
use shared::Clock;

use super::*;
use crate::{Invoke, Mailbox, template::Cors};

/// Serves `ANY /api/{proxy+}` with this function.
async fn serve(invoke: Invoke, limits: Limits) -> (String, Tasks) {
    let tasks = Tasks::default();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let cors = Cors { origins: vec!["http://page".to_owned()], ..Cors::default() };
    let api = template::HttpApi { id: "api".to_owned(), cors: Some(cors) };
    let timeout = std::time::Duration::from_secs(5);
    let function = Function::new("Stub", timeout, invoke, tasks.clone());
    let route = HttpRoute { method: "ANY".to_owned(), path: "/api/{proxy+}".to_owned() };
    let time = Arc::new(Time::new(Clock::system()));
    let pages = Pages { mailbox: Mailbox::open(None).unwrap(), socket_url: None };
    HttpApi::new(&api, [(route, function)], limits, time, pages).serve(listener, &tasks);
    (url, tasks)
}

fn echo() -> Invoke {
    Arc::new(|event| async move { Ok(event) }.boxed())
}

async fn send(request: http::request::Builder, body: Vec<u8>) -> (http::response::Parts, Value) {
    let client = Client::builder(TokioExecutor::new()).build_http::<Full<bytes::Bytes>>();
    let answer = client.request(request.body(Full::from(body)).unwrap()).await.unwrap();
    let (parts, body) = answer.into_parts();
    let body = body.collect().await.unwrap().to_bytes();
    (parts, serde_json::from_slice(&body).unwrap_or(Value::Null))
}

#[tokio::test]
async fn a_request_reaches_its_function_and_gets_its_response() {
    let (url, _tasks) = serve(echo(), Limits::default()).await;
    let request = Request::post(format!("{url}/api/x?y=1")).header("origin", "http://page");
    let (parts, event) = send(request, b"hi".to_vec()).await;
    assert_eq!(parts.status, 200);
    assert_eq!(event["routeKey"], "ANY /api/{proxy+}");
    assert_eq!(event["body"], "hi");
    assert_eq!(event["requestContext"]["http"]["sourceIp"], "127.0.0.1");
    assert_eq!(parts.headers["access-control-allow-origin"], "http://page");
    assert_eq!(
        parts.headers["apigw-requestid"],
        event["requestContext"]["requestId"].as_str().unwrap()
    );
    assert!(parts.headers.contains_key("date"));
}

#[tokio::test]
async fn a_path_without_a_route_is_not_found() {
    let (url, _tasks) = serve(echo(), Limits::default()).await;
    for path in ["/other", "/api", "/_local/other"] {
        let (parts, body) = send(Request::get(format!("{url}{path}")), Vec::new()).await;
        assert_eq!(
            (parts.status, body),
            (StatusCode::NOT_FOUND, json!({ "message": "Not Found" }))
        );
    }
}

#[tokio::test]
async fn local_pages_send_no_cors_headers() {
    let (url, _tasks) = serve(echo(), Limits::default()).await;
    let request = Request::get(format!("{url}/_local/mail")).header("origin", "http://page");
    let (parts, body) = send(request, Vec::new()).await;
    assert_eq!((parts.status.as_u16(), body), (200, json!([])));
    assert!(!parts.headers.contains_key("access-control-allow-origin"));
}

#[tokio::test]
async fn a_body_over_the_limit_is_413() {
    let limits = Limits { body: 1000, ..Limits::default() };
    let (url, _tasks) = serve(echo(), limits).await;
    let at = send(Request::post(format!("{url}/api/x")), vec![b'x'; 1000]).await;
    assert_eq!(at.0.status, 200);
    let over = send(Request::post(format!("{url}/api/x")), vec![b'x'; 3_000_000]).await;
    assert_eq!(over.0.status, 413);
    assert_eq!(over.1, json!({ "message": "Request Entity Too Large" }));
}

#[tokio::test]
async fn headers_over_the_limit_are_431() {
    let (url, _tasks) = serve(echo(), Limits::default()).await;
    let long = Request::get(format!("{url}/api/x")).header("x-long", "x".repeat(10_240));
    assert_eq!(send(long, Vec::new()).await.0.status, 431);
}

#[tokio::test]
async fn a_failed_invocation_is_500() {
    let (url, _tasks) = serve(Arc::new(|_| panic!("on purpose")), Limits::default()).await;
    let (parts, body) = send(Request::get(format!("{url}/api/x")), Vec::new()).await;
    assert_eq!(parts.status, 500);
    assert_eq!(body, json!({ "message": "Internal Server Error" }));
}
