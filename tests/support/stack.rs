//! EmoteChat as tests use it: a stack of its own, or a deployment shared with others.

use std::{collections::BTreeMap, time::Duration};

use local::{Call, Fault, FaultKind, Latch, Options, Stack};
use reqwest::Method;
use serde::Deserialize;
use serde_json::{Value, json};
use shared::{Clock, domain::Timestamp};
use tokio_tungstenite::tungstenite::{self, client::IntoClientRequest as _, http};

use super::{
    Answer, Deployment, Person, Socket, answer::bad_inputs, described, person::PASSWORD,
    socket::PATIENCE,
};

/// The message of a test that needs its own stack but runs against a deployment.
const NEEDS_OWN_STACK: &str = "this test needs its own stack, but EMOTECHAT_URL is set";

/// An email that was sent.
#[derive(Debug, Deserialize)]
pub struct Email {
    pub to: String,
    pub from: String,
    pub subject: String,
    pub text: String,
    pub html: String,
}

/// EmoteChat as one test uses it. With the test's own stack, the test fails at its end if an injected fault never fired or an
/// email was not read.
pub struct Chat {
    backend: Backend,
    pub http: reqwest::Client,
}

enum Backend {
    Own(Box<Stack>),
    Deployed(Deployment),
}

impl Chat {
    /// Starts an ephemeral stack with the deployed limits, or uses the deployment that the environment names.
    pub async fn start() -> Self {
        match Deployment::from_environment() {
            Some(deployment) => {
                Self { backend: Backend::Deployed(deployment), http: reqwest::Client::new() }
            }
            None => Self::with_own_stack().await,
        }
    }

    /// Starts an ephemeral stack, even if the environment names a deployment.
    pub async fn with_own_stack() -> Self {
        let stack = Stack::start(Options::default()).await.expect("the stack starts");
        Self { backend: Backend::Own(Box::new(stack)), http: reqwest::Client::new() }
    }

    /// Starts a stack with other values for the template's parameters.
    pub async fn with_parameters(parameters: &[(&str, &str)]) -> Self {
        let parameters: BTreeMap<String, String> = parameters
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        Self::start_with(Options { parameters, ..Options::default() }).await
    }

    /// Starts a stack where a user may send many messages in a short time.
    pub async fn for_many_messages() -> Self {
        match Deployment::from_environment() {
            // The deployment's limit was raised when it was deployed.
            Some(_) => Self::start().await,
            None => Self::with_parameters(&[("EntriesPerSender", "1000")]).await,
        }
    }

    /// Starts a stack with these options, which a deployment cannot have.
    pub async fn start_with(options: Options) -> Self {
        assert!(Deployment::from_environment().is_none(), "{NEEDS_OWN_STACK}");
        let stack = Stack::start(options).await.expect("the stack starts");
        Self { backend: Backend::Own(Box::new(stack)), http: reqwest::Client::new() }
    }

    /// This test's own stack, with its faults, clock and table. Panics if the test runs against a deployment.
    #[track_caller]
    pub fn stack(&self) -> &Stack {
        match &self.backend {
            Backend::Own(stack) => stack,
            Backend::Deployed(_) => panic!("{NEEDS_OWN_STACK}"),
        }
    }

    /// The current time of the stack.
    pub fn now(&self) -> Timestamp {
        match &self.backend {
            Backend::Own(stack) => stack.clock().now(),
            Backend::Deployed(_) => Clock::system().now(),
        }
    }

    pub fn advance(&self, secs: u64) {
        self.stack().advance(Duration::from_secs(secs));
    }

    /// Makes sure that the next operation gets a later timestamp, even in milliseconds. In a deployment, enough time passes
    /// by itself.
    pub fn a_moment_passes(&self) {
        if let Backend::Own(stack) = &self.backend {
            stack.advance(Duration::from_secs(1));
        }
    }

    /// Waits until no function is running. A deployment offers no way to wait, but a request over HTTP sends its pushes
    /// before it returns.
    pub async fn quiet(&self) {
        if let Backend::Own(stack) = &self.backend {
            stack.quiet().await;
        }
    }

    /// The status with which a socket is rejected here, when the function returns `status`.
    pub fn rejection(&self, status: u16) -> u16 {
        match &self.backend {
            Backend::Own(_) => status,
            Backend::Deployed(deployment) => deployment.socket_rejection.unwrap_or(status),
        }
    }

    pub fn url(&self, path: &str) -> String {
        match &self.backend {
            Backend::Own(stack) => format!("{}{path}", stack.http_url()),
            Backend::Deployed(deployment) => format!("{}{path}", deployment.http_url),
        }
    }

    /// The address that this test uses in place of `email`. In a shared deployment it is one that no other test uses.
    pub fn address(&self, email: &str) -> String {
        match &self.backend {
            Backend::Own(_) => email.to_owned(),
            Backend::Deployed(deployment) => deployment.address(email),
        }
    }

    /// Calls an endpoint and checks the response against the OpenAPI document.
    pub async fn call(
        &self,
        method: Method,
        path: &str,
        token: Option<&str>,
        body: Option<Value>,
    ) -> Answer {
        let mut request = self.http.request(method.clone(), self.url(path));
        if let Some(token) = token {
            request = request.bearer_auth(token);
        }
        if let Some(body) = &body {
            request = request.json(body);
        }
        let answer = Answer::to(&method, request.send().await.unwrap()).await;
        if let (Some(body), 200..300) = (&body, answer.status) {
            let allowed = described::check_accepted(&method, path, body);
            assert_eq!(
                allowed,
                Ok(()),
                "{method} {path} accepts a body that the document does not allow"
            );
        }
        answer
    }

    /// Calls an endpoint with a raw body.
    pub async fn call_raw(
        &self,
        method: Method,
        path: &str,
        token: Option<&str>,
        content_type: &str,
        body: Vec<u8>,
    ) -> Answer {
        let mut request = self.http.request(method.clone(), self.url(path)).body(body);
        if !content_type.is_empty() {
            request = request.header("content-type", content_type);
        }
        if let Some(token) = token {
            request = request.bearer_auth(token);
        }
        Answer::to(&method, request.send().await.unwrap()).await
    }

    /// Asserts that the endpoint rejects malformed JSON and bodies of the wrong shape.
    pub async fn rejects_bad_bodies(&self, method: Method, path: &str, token: Option<&str>) {
        for (content_type, body, status, code) in bad_inputs() {
            let answer = self.call_raw(method.clone(), path, token, content_type, body).await;
            answer.rejects(status, code);
        }
    }

    pub async fn registers(&self, name: &str, email: &str) -> Answer {
        let body = json!({ "name": name, "email": self.address(email), "password": PASSWORD });
        self.call(Method::POST, "/api/auth/register", None, Some(body)).await
    }

    pub async fn tries_to_log_in(&self, email: &str, password: &str) -> Answer {
        let body = json!({ "email": self.address(email), "password": password });
        self.call(Method::POST, "/api/auth/login", None, Some(body)).await
    }

    pub async fn logs_in(&self, email: &str, password: &str) -> Person<'_> {
        let login = self.tries_to_log_in(email, password).await.expect(200);
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        Person {
            chat: self,
            id: text(&login["user"]["id"]),
            email: self.address(email),
            token: text(&login["token"]),
        }
    }

    /// Registers a user and signs them in.
    pub async fn joins(&self, name: &str) -> Person<'_> {
        let email = format!("{}@example.com", name.to_lowercase());
        self.registers(name, &email).await.expect(200);
        self.logs_in(&email, PASSWORD).await
    }

    /// Creates Alice, Bob and their direct conversation.
    pub async fn pair(&self) -> (Person<'_>, Person<'_>, String) {
        let (alice, bob) = tokio::join!(self.joins("Alice"), self.joins("Bob"));
        let conversation = alice.talks_to(&bob).await;
        (alice, bob, conversation)
    }

    /// Opens a socket. Returns the status if it is rejected.
    pub async fn socket(
        &self,
        headers: &[(&'static str, String)],
        query: &str,
    ) -> Result<Socket, u16> {
        let url = match &self.backend {
            Backend::Own(stack) => format!("{}/{query}", stack.socket_url()),
            Backend::Deployed(deployment) => format!("{}{query}", deployment.socket_url),
        };
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

    /// Requests a password reset link for an address.
    pub async fn requests_reset_link(&self, email: &str) -> Answer {
        let body = json!({ "email": self.address(email) });
        self.call(Method::POST, "/api/password/reset-request", None, Some(body)).await
    }

    pub async fn tries_to_reset(&self, token: &str, password: &str) -> Answer {
        let body = json!({ "token": token, "password": password });
        self.call(Method::POST, "/api/password/reset", None, Some(body)).await
    }

    /// Waits for the oldest unread email to an address.
    pub async fn mail_to(&self, email: &str) -> Email {
        let email = self.address(email);
        let mail = async {
            match &self.backend {
                Backend::Own(stack) => json!(stack.mail().next_to(&email).await),
                Backend::Deployed(deployment) => deployment.mail_to(&email, &self.http).await,
            }
        };
        let mail = tokio::time::timeout(PATIENCE, mail).await.expect("the email arrives in time");
        serde_json::from_value(mail).expect("an email with a text part and an HTML part")
    }

    /// Waits for the next email to an address and returns the token in its link.
    pub async fn token_mailed_to(&self, email: &str) -> String {
        let mail = self.mail_to(email).await;
        let (_, link) = mail.text.split_once("token=").expect("the email has a link");
        link.split_whitespace().next().unwrap().to_owned()
    }

    /// Delays the next call of this operation whose request contains this text, until the latch opens.
    pub fn holds_up(&self, operation: &str, containing: &str) -> Latch {
        let latch = Latch::new();
        self.stack().table().faults().add(Fault {
            operation: operation.to_owned(),
            containing: Some(containing.to_owned()),
            kind: FaultKind::Delay(latch.clone()),
            times: 1,
        });
        latch
    }

    /// Injects a fault into the next calls of the socket gateway about this socket. Waits first for earlier calls to finish,
    /// such as announcing that a user came online.
    pub async fn injects(&self, operation: &str, socket: &str, times: usize, kind: FaultKind) {
        self.stack().quiet().await;
        let (operation, containing) = (operation.to_owned(), Some(socket.to_owned()));
        self.stack().sockets().faults().add(Fault { operation, containing, kind, times });
    }

    /// Stops recording and returns the statuses of all recorded posts to a socket.
    pub fn post_statuses(&self, socket: &str) -> Vec<u16> {
        let mut posts = self.stack().sockets().recorded();
        posts.retain(|post| post.connection_id == socket);
        posts.iter().map(|post| post.status).collect()
    }

    /// Reads all items of a partition directly from the table, in DynamoDB JSON.
    pub async fn items(&self, partition: &str) -> Vec<Value> {
        let variables = self.stack().operator();
        let signed = format!(
            "AWS4-HMAC-SHA256 Credential={}/20260101/us-east-1/dynamodb/aws4_request, \
             SignedHeaders=host;x-amz-date, Signature=0",
            variables["AWS_ACCESS_KEY_ID"],
        );
        let query = json!({
            "TableName": variables["TABLE_NAME"],
            "KeyConditionExpression": "pk = :partition",
            "ExpressionAttributeValues": { ":partition": { "S": partition } },
            "ConsistentRead": true,
        });
        let request = self.http.post(&variables["AWS_ENDPOINT_URL_DYNAMODB"]).json(&query);
        let request = request
            .header("authorization", signed)
            .header("x-amz-date", "20260101T000000Z")
            .header("x-amz-target", "DynamoDB_20120810.Query");
        let answer = Answer::read(request.send().await.unwrap()).await.expect(200);
        assert_eq!(answer["LastEvaluatedKey"], Value::Null, "one page holds all items");
        answer["Items"].as_array().unwrap().clone()
    }

    /// Returns the table calls made by a future, each with its cost. Excludes the functions on the table's stream, which run
    /// at any time.
    pub async fn calls_of<T>(&self, future: impl Future<Output = T>) -> (T, Vec<Call>) {
        let (value, mut calls) = self.all_calls_of(future).await;
        calls.retain(|call| !["MailerFunction", "RepairFunction"].contains(&&*call.function));
        (value, calls)
    }

    /// Returns all table calls made while a future runs.
    pub async fn all_calls_of<T>(&self, future: impl Future<Output = T>) -> (T, Vec<Call>) {
        self.stack().quiet().await;
        self.stack().table().record();
        let value = future.await;
        (value, self.stack().table().recorded())
    }
}

impl Drop for Chat {
    fn drop(&mut self) {
        let Backend::Own(stack) = &self.backend else { return };
        if std::thread::panicking() {
            return;
        }
        let (table, mail, sockets) = (stack.table(), stack.mail(), stack.sockets());
        for faults in [table.faults(), mail.faults(), sockets.faults()] {
            let unfired = faults.unfired();
            assert!(unfired.is_empty(), "injected faults that never fired: {unfired:?}");
        }
        let unread = mail.unread();
        assert!(unread.is_empty(), "emails that no test read: {unread:?}");
    }
}
