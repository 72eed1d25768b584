//! The running stack, as tests see it.

use std::{collections::BTreeMap, time::Duration};

use local::{Call, Options, Stack};
use reqwest::Method;
use serde_json::{Value, json};
use shared::domain::Timestamp;
use tokio_tungstenite::tungstenite::{self, client::IntoClientRequest as _, http};

use super::{Answer, Person, Socket, answer::bad_inputs, person::PASSWORD};

/// A stack of one's own. Fails the test at its end if an injected fault never fired.
pub struct Chat {
    pub stack: Stack,
    pub http: reqwest::Client,
}

impl Chat {
    /// A stack that keeps nothing, with every limit as deployed.
    pub async fn start() -> Self {
        Self::start_with(Options::default()).await
    }

    /// A stack with other values of the template's parameters.
    pub async fn with_parameters(parameters: &[(&str, &str)]) -> Self {
        let parameters: BTreeMap<String, String> = parameters
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        Self::start_with(Options { parameters, ..Options::default() }).await
    }

    pub async fn start_with(options: Options) -> Self {
        let stack = Stack::start(options).await.expect("the stack starts");
        Self { stack, http: reqwest::Client::new() }
    }

    /// The stack's time.
    pub fn now(&self) -> Timestamp {
        self.stack.clock().now()
    }

    pub fn advance(&self, secs: u64) {
        self.stack.advance(Duration::from_secs(secs));
    }

    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.stack.http_url())
    }

    /// Calls an endpoint.
    pub async fn call(
        &self,
        method: Method,
        path: &str,
        token: Option<&str>,
        body: Option<Value>,
    ) -> Answer {
        let mut request = self.http.request(method, self.url(path));
        if let Some(token) = token {
            request = request.bearer_auth(token);
        }
        if let Some(body) = body {
            request = request.json(&body);
        }
        Answer::read(request.send().await.unwrap()).await
    }

    /// Calls an endpoint with a body as it is.
    pub async fn call_raw(
        &self,
        method: Method,
        path: &str,
        token: Option<&str>,
        content_type: &str,
        body: Vec<u8>,
    ) -> Answer {
        let mut request = self.http.request(method, self.url(path)).body(body);
        if !content_type.is_empty() {
            request = request.header("content-type", content_type);
        }
        if let Some(token) = token {
            request = request.bearer_auth(token);
        }
        Answer::read(request.send().await.unwrap()).await
    }

    /// That an endpoint which reads JSON refuses every body that is none, or none for it.
    pub async fn refuses_bad_bodies(&self, method: Method, path: &str, token: Option<&str>) {
        for (content_type, body, status, code) in bad_inputs() {
            let answer = self.call_raw(method.clone(), path, token, content_type, body).await;
            answer.refuses(status, code);
        }
    }

    pub async fn registers(&self, name: &str, email: &str) -> Answer {
        let body = json!({ "name": name, "email": email, "password": PASSWORD });
        self.call(Method::POST, "/api/auth/register", None, Some(body)).await
    }

    pub async fn tries_to_log_in(&self, email: &str, password: &str) -> Answer {
        let body = json!({ "email": email, "password": password });
        self.call(Method::POST, "/api/auth/login", None, Some(body)).await
    }

    pub async fn logs_in(&self, email: &str, password: &str) -> Person<'_> {
        let login = self.tries_to_log_in(email, password).await.expect(200);
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        Person {
            chat: self,
            id: text(&login["user"]["id"]),
            email: email.to_owned(),
            token: text(&login["token"]),
        }
    }

    /// Registers somebody and signs them in.
    pub async fn joins(&self, name: &str) -> Person<'_> {
        let email = format!("{}@example.com", name.to_lowercase());
        self.registers(name, &email).await.expect(200);
        self.logs_in(&email, PASSWORD).await
    }

    /// Alice and Bob, and their conversation.
    pub async fn pair(&self) -> (Person<'_>, Person<'_>, String) {
        let (alice, bob) = tokio::join!(self.joins("Alice"), self.joins("Bob"));
        let conversation = alice.talks_to(&bob).await;
        (alice, bob, conversation)
    }

    /// Opens a socket, or gives the status that refuses it.
    pub async fn socket(
        &self,
        headers: &[(&'static str, String)],
        query: &str,
    ) -> Result<Socket, u16> {
        let url = format!("{}{query}", self.stack.socket_url());
        let mut request = url.into_client_request().unwrap();
        for (name, value) in headers {
            request.headers_mut().insert(*name, value.parse().unwrap());
        }
        match tokio_tungstenite::connect_async(request).await {
            Ok((stream, response)) => {
                let protocol = response.headers().get(http::header::SEC_WEBSOCKET_PROTOCOL);
                let protocol = protocol.map(|value| value.to_str().unwrap().to_owned());
                Ok(Socket::new(stream, protocol))
            }
            Err(tungstenite::Error::Http(response)) => Err(response.status().as_u16()),
            Err(other) => panic!("{other}"),
        }
    }

    /// The calls to the table that happen during something, each with its cost.
    pub async fn calls_of<T>(&self, something: impl Future<Output = T>) -> (T, Vec<Call>) {
        self.stack.table().record();
        let value = something.await;
        (value, self.stack.table().recorded())
    }
}

impl Drop for Chat {
    fn drop(&mut self) {
        let unfired = self.stack.table().faults().unfired();
        if !std::thread::panicking() {
            assert!(unfired.is_empty(), "faults that never fired: {unfired:?}");
        }
    }
}
