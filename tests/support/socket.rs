//! A client's socket: an off-the-shelf WebSocket client and a queue of what it was not asked for yet. Whatever comes is
//! held against the API's document, and so is every request that is answered with a reply.

use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    time::Duration,
};

use futures::{SinkExt as _, StreamExt as _};
use serde_json::{Map, Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, tungstenite::Message};

use super::AsyncApi;

/// How long anybody waits for what has to come.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// An open socket.
pub struct Socket {
    stream: WebSocketStream<MaybeTlsStream<TcpStream>>,
    unheard: VecDeque<Value>,
    next_id: u64,
    /// Requests that were not answered yet.
    asked: BTreeMap<String, Value>,
    pub protocol: Option<String>,
    /// Which of the document's messages were sent and heard, and which entries.
    pub covered: BTreeSet<String>,
}

impl Socket {
    pub fn new(
        stream: WebSocketStream<MaybeTlsStream<TcpStream>>,
        protocol: Option<String>,
    ) -> Self {
        Self {
            stream,
            unheard: VecDeque::new(),
            next_id: 0,
            asked: BTreeMap::new(),
            protocol,
            covered: BTreeSet::new(),
        }
    }

    /// Sends a raw text.
    pub async fn writes(&mut self, text: &str) {
        self.stream.send(Message::text(text)).await.unwrap();
    }

    /// Sends a raw message of any kind.
    pub async fn writes_raw(&mut self, message: Message) {
        self.stream.send(message).await.unwrap();
    }

    /// Sends a request and waits for its answer: `Ok(data)` or `Err(error frame)`. Events that come first are kept.
    pub async fn asks(&mut self, action: &str, members: Value) -> Result<Value, Value> {
        let id = self.sends(action, members).await;
        self.answer_to(&id).await
    }

    /// The id that the gateway knows it by.
    pub async fn id(&mut self) -> String {
        let hello = self.asks("hello", json!({})).await.expect("hello is answered");
        hello["connection_id"].as_str().unwrap().to_owned()
    }

    /// Sends a request without waiting; gives its id.
    pub async fn sends(&mut self, action: &str, members: Value) -> String {
        self.next_id += 1;
        let id = self.next_id.to_string();
        let mut frame: Map<String, Value> = members.as_object().unwrap().clone();
        frame.insert("action".to_owned(), json!(action));
        frame.insert("id".to_owned(), json!(id));
        let frame = Value::Object(frame);
        self.writes(&frame.to_string()).await;
        self.asked.insert(id.clone(), frame);
        id
    }

    /// The answer to a request.
    pub async fn answer_to(&mut self, id: &str) -> Result<Value, Value> {
        let frame = self.finds(|frame| frame["type"] != "event" && frame["id"] == id).await;
        if frame["type"] == "reply" { Ok(frame["data"].clone()) } else { Err(frame) }
    }

    /// The next event of this kind, kept or to come.
    pub async fn hears(&mut self, event: &str) -> Value {
        self.finds(|frame| frame["type"] == "event" && frame["event"] == event).await
    }

    /// The next error that answers nothing in particular.
    pub async fn is_told(&mut self) -> Value {
        self.finds(|frame| frame["type"] == "error" && frame["id"].is_null()).await
    }

    /// The events of this kind that have come so far and were not asked for. Nothing more is waited for but the
    /// answer to a `ping`: what was posted before it has come by then.
    pub async fn has_heard(&mut self, event: &str) -> Vec<Value> {
        self.has_heard_all(|frame| frame["event"] == event).await
    }

    /// The events of any conversation that have come so far, as in [`Socket::has_heard`], in their order.
    pub async fn has_heard_of_conversations(&mut self) -> Vec<Value> {
        self.has_heard_all(|frame| frame["conversation_id"].is_string()).await
    }

    async fn has_heard_all(&mut self, wanted: impl Fn(&Value) -> bool) -> Vec<Value> {
        self.asks("ping", json!({})).await.unwrap();
        let unheard = std::mem::take(&mut self.unheard);
        let (heard, rest): (Vec<_>, Vec<_>) = unheard.into_iter().partition(wanted);
        self.unheard = rest.into();
        heard
    }

    async fn finds(&mut self, wanted: impl Fn(&Value) -> bool) -> Value {
        if let Some(place) = self.unheard.iter().position(&wanted) {
            return self.unheard.remove(place).unwrap();
        }
        loop {
            let frame = self.next().await.expect("the socket is open");
            if wanted(&frame) {
                return frame;
            }
            self.unheard.push_back(frame);
        }
    }

    /// A frame that came, held against the document.
    fn takes(&mut self, text: &str) -> Value {
        let frame: Value = serde_json::from_str(text).unwrap();
        let document = AsyncApi::of_project();
        self.covered.extend(document.hold(&frame));
        let request = frame["id"].as_str().and_then(|id| self.asked.remove(id));
        if let Some(request) = request.filter(|_| frame["type"] == "reply") {
            self.covered.extend(document.hold(&request));
        }
        frame
    }

    /// The next frame; `None` once the socket has closed.
    async fn next(&mut self) -> Option<Value> {
        loop {
            let message = tokio::time::timeout(PATIENCE, self.stream.next()).await;
            match message.expect("something comes in time")? {
                Ok(Message::Text(text)) => return Some(self.takes(&text)),
                Ok(Message::Close(_)) | Err(_) => return None,
                Ok(_) => {}
            }
        }
    }

    /// Waits for the socket's end; gives the close code, if there is one.
    pub async fn is_closed(&mut self) -> Option<u16> {
        loop {
            let message = tokio::time::timeout(PATIENCE, self.stream.next()).await;
            match message.expect("the socket closes in time") {
                Some(Ok(Message::Close(frame))) => return frame.map(|frame| frame.code.into()),
                Some(Ok(Message::Text(text))) => {
                    let frame = self.takes(&text);
                    self.unheard.push_back(frame);
                }
                Some(Ok(_)) => {}
                Some(Err(_)) | None => return None,
            }
        }
    }

    /// Closes the socket as a client does.
    pub async fn leaves(mut self) {
        let _ = self.stream.close(None).await;
        while let Some(Ok(message)) = self.stream.next().await {
            if let Message::Text(text) = message {
                self.takes(&text);
            }
        }
    }
}
