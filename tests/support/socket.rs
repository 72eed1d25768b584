//! A client's socket: a common WebSocket client, and a queue of frames that the test has not read yet. Every received frame
//! is validated against the AsyncAPI document, and so is every request that gets a reply.

use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    time::Duration,
};

use futures::{SinkExt as _, StreamExt as _};
use serde_json::{Map, Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, tungstenite::Message};

use super::AsyncApi;

/// How long a test waits for something that must happen.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// An open socket.
pub struct Socket {
    stream: WebSocketStream<MaybeTlsStream<TcpStream>>,
    unheard: VecDeque<Value>,
    next_id: u64,
    /// Requests without a reply so far, by id.
    pending: BTreeMap<String, Value>,
    pub protocol: Option<String>,
    /// The messages of the document that this socket sent or received, and the kinds of entries.
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
            pending: BTreeMap::new(),
            protocol,
            covered: BTreeSet::new(),
        }
    }

    /// Sends raw text.
    pub async fn writes(&mut self, text: &str) {
        self.stream.send(Message::text(text)).await.unwrap();
    }

    /// Sends a raw message of any kind.
    pub async fn writes_raw(&mut self, message: Message) {
        self.stream.send(message).await.unwrap();
    }

    /// Sends a request and waits for its reply: `Ok(data)` or `Err(error frame)`. Events that arrive before it are kept.
    pub async fn asks(&mut self, action: &str, members: Value) -> Result<Value, Value> {
        let id = self.sends(action, members).await;
        self.reply_to(&id).await
    }

    /// The connection id that the gateway uses.
    pub async fn id(&mut self) -> String {
        let hello = self.asks("hello", json!({})).await.expect("hello gets a reply");
        hello["connection_id"].as_str().unwrap().to_owned()
    }

    /// Sends a request without waiting and returns its id.
    pub async fn sends(&mut self, action: &str, members: Value) -> String {
        self.next_id += 1;
        let id = self.next_id.to_string();
        let mut frame: Map<String, Value> = members.as_object().unwrap().clone();
        frame.insert("action".to_owned(), json!(action));
        frame.insert("id".to_owned(), json!(id));
        let frame = Value::Object(frame);
        self.writes(&frame.to_string()).await;
        self.pending.insert(id.clone(), frame);
        id
    }

    /// Waits for the reply to a request.
    pub async fn reply_to(&mut self, id: &str) -> Result<Value, Value> {
        let frame = self.finds(|frame| frame["type"] != "event" && frame["id"] == id).await;
        if frame["type"] == "reply" { Ok(frame["data"].clone()) } else { Err(frame) }
    }

    /// Returns the next event of this kind, and waits for it if needed.
    pub async fn hears(&mut self, event: &str) -> Value {
        self.finds(|frame| frame["type"] == "event" && frame["event"] == event).await
    }

    /// Waits for the next error frame that belongs to no request.
    pub async fn hears_error(&mut self) -> Value {
        self.finds(|frame| frame["type"] == "error" && frame["id"].is_null()).await
    }

    /// Takes the events of this kind that have arrived so far. Waits only for the reply to a `ping`, because everything
    /// posted before it has arrived by then.
    pub async fn has_heard(&mut self, event: &str) -> Vec<Value> {
        self.has_heard_all(|frame| frame["event"] == event).await
    }

    /// Takes the events of all conversations that have arrived so far, in their order, as [`Socket::has_heard`] does.
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
        if let Some(index) = self.unheard.iter().position(&wanted) {
            return self.unheard.remove(index).unwrap();
        }
        loop {
            let frame = self.next().await.expect("the socket is open");
            if wanted(&frame) {
                return frame;
            }
            self.unheard.push_back(frame);
        }
    }

    /// Parses a received frame and validates it against the document.
    fn receives(&mut self, text: &str) -> Value {
        let frame: Value = serde_json::from_str(text).unwrap();
        let document = AsyncApi::load();
        self.covered.extend(document.validate(&frame));
        let request = frame["id"].as_str().and_then(|id| self.pending.remove(id));
        if let Some(request) = request.filter(|_| frame["type"] == "reply") {
            self.covered.extend(document.validate(&request));
        }
        frame
    }

    /// Waits for the next frame. Returns `None` after the socket has closed.
    async fn next(&mut self) -> Option<Value> {
        loop {
            let message = tokio::time::timeout(PATIENCE, self.stream.next()).await;
            match message.expect("a frame arrives in time")? {
                Ok(Message::Text(text)) => return Some(self.receives(&text)),
                Ok(Message::Close(_)) | Err(_) => return None,
                Ok(_) => {}
            }
        }
    }

    /// Waits until the socket closes and returns the close code, if there is one.
    pub async fn is_closed(&mut self) -> Option<u16> {
        loop {
            let message = tokio::time::timeout(PATIENCE, self.stream.next()).await;
            match message.expect("the socket closes in time") {
                Some(Ok(Message::Close(frame))) => return frame.map(|frame| frame.code.into()),
                Some(Ok(Message::Text(text))) => {
                    let frame = self.receives(&text);
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
                self.receives(&text);
            }
        }
    }
}
