//! A socket API with a stub function, a real client, and posts with handmade signatures.

use std::{sync::Arc, time::Duration};

use futures::{FutureExt, StreamExt};
use http::{Request, StatusCode};
use http_body_util::{BodyExt, Full};
use hyper_util::{client::legacy::Client, rt::TokioExecutor};
use serde_json::{Value, json};
use shared::Clock;
use tokio::{net::TcpStream, sync::watch};
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream, connect_async,
    tungstenite::{Error, Message, protocol::CloseFrame},
};

use super::super::*;
use crate::{Invoke, aws::rights::Principal, template::Statement};

pub(super) type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// A socket API whose functions record their events.
pub(super) struct Api {
    pub(super) address: String,
    pub(super) time: Arc<Time>,
    pub(super) sockets: Sockets,
    pub(super) events: watch::Receiver<Vec<Value>>,
    _tasks: Tasks,
}

/// The function's response to an event.
pub(super) type Answer = fn(&Value) -> Result<Value, String>;

pub(super) fn ok(_: &Value) -> Result<Value, String> {
    Ok(json!({ "statusCode": 200 }))
}

impl Api {
    pub(super) async fn start(answer: Answer) -> Self {
        Self::with(Limits::default(), move |event| std::future::ready(answer(&event)).boxed()).await
    }

    pub(super) async fn with(
        limits: Limits,
        answer: impl Fn(Value) -> futures::future::BoxFuture<'static, Result<Value, String>>
        + Send
        + Sync
        + 'static,
    ) -> Self {
        let (tasks, time) = (Tasks::default(), Arc::new(Time::new(Clock::system())));
        let (recorded, events) = watch::channel(Vec::new());
        let invoke: Invoke = Arc::new(move |event| {
            recorded.send_modify(|events: &mut Vec<Value>| events.push(event.clone()));
            answer(event)
        });
        let function = Function::new("F", Duration::from_secs(5), invoke, tasks.clone());
        let routes = ["$connect", "$default", "$disconnect"];
        let routes = routes.map(|route| (route.to_owned(), "F".to_owned())).into();
        let api = template::SocketApi { id: "api".into(), stage: "live".into(), routes };
        let posts = template::arn("execute-api", "api/live/POST/@connections/*");
        let actions = vec!["execute-api:ManageConnections".to_owned()];
        let key = |resource: &str| {
            let statement = Statement {
                allow: true,
                actions: actions.clone(),
                resources: vec![resource.into()],
                equals: BTreeMap::new(),
            };
            Arc::new(Principal::new("F", vec![statement]))
        };
        let keys = [("KEY".to_owned(), key("*")), ("POSTS".to_owned(), key(&posts))];
        let principals = Principals::new(keys.into());
        let functions = BTreeMap::from([("F".to_owned(), function)]);
        let gateway =
            Gateway::new(&api, &functions, principals, limits, time.clone(), tasks.clone());
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let sockets = gateway.serve(listener);
        Self { address, time, sockets, events, _tasks: tasks }
    }

    pub(super) async fn connect(&self) -> (Socket, String) {
        let (client, _) = connect_async(format!("ws://{}/live", self.address)).await.unwrap();
        let event = self.event("CONNECT").await;
        (client, event["requestContext"]["connectionId"].as_str().unwrap().to_owned())
    }

    /// Waits for an event of this kind and returns the newest.
    pub(super) async fn event(&self, kind: &str) -> Value {
        let is = |event: &&Value| event["requestContext"]["eventType"] == kind;
        let mut events = self.events.clone();
        let events = events.wait_for(|events| events.iter().any(|event| is(&event))).await.unwrap();
        events.iter().rev().find(is).unwrap().clone()
    }

    pub(super) async fn manage(
        &self,
        key: &str,
        method: &str,
        id: &str,
        body: String,
    ) -> (StatusCode, Value, String) {
        self.try_to_manage(key, method, id, body).await.expect("a response")
    }

    /// The response, or none if the connection was closed.
    pub(super) async fn try_to_manage(
        &self,
        key: &str,
        method: &str,
        id: &str,
        body: String,
    ) -> Option<(StatusCode, Value, String)> {
        let id = id.replace('=', "%3D");
        let request = Request::builder()
            .method(method)
            .uri(format!("http://{}/live/@connections/{id}", self.address))
            .header("authorization", signed(key))
            .body(Full::new(bytes::Bytes::from(body)))
            .unwrap();
        let client = Client::builder(TokioExecutor::new()).build_http();
        let (parts, body) = client.request(request).await.ok()?.into_parts();
        let body = body.collect().await.unwrap().to_bytes();
        let kind =
            parts.headers.get("x-amzn-errortype").map(|kind| kind.to_str().unwrap().to_owned());
        let body = serde_json::from_slice(&body).unwrap_or(Value::Null);
        Some((parts.status, body, kind.unwrap_or_default()))
    }

    pub(super) async fn post(&self, id: &str, body: &str) -> u16 {
        self.manage("KEY", "POST", id, body.to_owned()).await.0.as_u16()
    }
}

fn signed(key: &str) -> String {
    format!(
        "AWS4-HMAC-SHA256 Credential={key}/20260101/us-east-1/execute-api/aws4_request, SignedHeaders=host, Signature=0"
    )
}

pub(super) async fn text(client: &mut Socket) -> String {
    match client.next().await.unwrap().unwrap() {
        Message::Text(text) => text.to_string(),
        other => panic!("not text: {other:?}"),
    }
}

pub(super) async fn closed(client: &mut Socket) -> u16 {
    loop {
        match client.next().await.expect("a close frame").expect("a close frame") {
            Message::Close(Some(CloseFrame { code, .. })) => return code.into(),
            Message::Close(None) => return 1005,
            _ => {}
        }
    }
}

pub(super) async fn rejected(url: &str) -> (u16, String) {
    match connect_async(url).await {
        Err(Error::Http(response)) => {
            let body = response.body().clone().unwrap_or_default();
            (response.status().as_u16(), String::from_utf8(body).unwrap())
        }
        other => panic!("not rejected: {other:?}"),
    }
}
