//! EmoteChat, as tests see it: a stack of their own, or a deployment that they share with others.

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

/// What a test that needs more than a deployment's APIs fails with where it is led to one.
const NEEDS_ITS_OWN: &str = "this test needs a stack of its own, and EMOTECHAT_URL names another";

/// A mail that came.
#[derive(Debug, Deserialize)]
pub struct Letter {
    pub to: String,
    pub from: String,
    pub subject: String,
    pub text: String,
    pub html: String,
}

/// EmoteChat. A stack of one's own fails the test at its end if an injected fault never fired, or a mail that came was
/// not read.
pub struct Chat {
    place: Place,
    pub http: reqwest::Client,
}

enum Place {
    Own(Box<Stack>),
    Elsewhere(Deployment),
}

impl Chat {
    /// A stack that keeps nothing, with every limit as deployed; or the deployment that the environment names.
    pub async fn start() -> Self {
        match Deployment::of_environment() {
            Some(deployment) => {
                Self { place: Place::Elsewhere(deployment), http: reqwest::Client::new() }
            }
            None => Self::of_its_own().await,
        }
    }

    /// A stack that no deployment elsewhere stands in for.
    pub async fn of_its_own() -> Self {
        let stack = Stack::start(Options::default()).await.expect("the stack starts");
        Self { place: Place::Own(Box::new(stack)), http: reqwest::Client::new() }
    }

    /// A stack with other values of the template's parameters.
    pub async fn with_parameters(parameters: &[(&str, &str)]) -> Self {
        let parameters: BTreeMap<String, String> = parameters
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        Self::start_with(Options { parameters, ..Options::default() }).await
    }

    /// Where one may send many messages at once.
    pub async fn for_many_messages() -> Self {
        match Deployment::of_environment() {
            // It is deployed so.
            Some(_) => Self::start().await,
            None => Self::with_parameters(&[("EntriesPerSender", "1000")]).await,
        }
    }

    /// A stack with options of its own, which no deployment elsewhere has.
    pub async fn start_with(options: Options) -> Self {
        assert!(Deployment::of_environment().is_none(), "{NEEDS_ITS_OWN}");
        let stack = Stack::start(options).await.expect("the stack starts");
        Self { place: Place::Own(Box::new(stack)), http: reqwest::Client::new() }
    }

    /// The stack of this test: its faults, its clock, its table. A deployment elsewhere shows none of them.
    #[track_caller]
    pub fn stack(&self) -> &Stack {
        match &self.place {
            Place::Own(stack) => stack,
            Place::Elsewhere(_) => panic!("{NEEDS_ITS_OWN}"),
        }
    }

    /// The time there.
    pub fn now(&self) -> Timestamp {
        match &self.place {
            Place::Own(stack) => stack.clock().now(),
            Place::Elsewhere(_) => Clock::system().now(),
        }
    }

    pub fn advance(&self, secs: u64) {
        self.stack().advance(Duration::from_secs(secs));
    }

    /// Lets what comes next be later than what came before, also where that is told in milliseconds: elsewhere it is by then.
    pub fn a_moment_passes(&self) {
        if let Place::Own(stack) = &self.place {
            stack.advance(Duration::from_secs(1));
        }
    }

    /// Waits until no function is being invoked. Elsewhere nobody can tell, but what a request over HTTP pushes, it has
    /// pushed before it is answered.
    pub async fn quiet(&self) {
        if let Place::Own(stack) = &self.place {
            stack.quiet().await;
        }
    }

    /// The status that a socket is refused with.
    pub fn refusal(&self, status: u16) -> u16 {
        match &self.place {
            Place::Own(_) => status,
            Place::Elsewhere(deployment) => deployment.socket_refusal.unwrap_or(status),
        }
    }

    pub fn url(&self, path: &str) -> String {
        match &self.place {
            Place::Own(stack) => format!("{}{path}", stack.http_url()),
            Place::Elsewhere(deployment) => format!("{}{path}", deployment.http_url),
        }
    }

    /// An address as it is used here: where others have accounts too, one that nobody else uses.
    pub fn address(&self, email: &str) -> String {
        match &self.place {
            Place::Own(_) => email.to_owned(),
            Place::Elsewhere(deployment) => deployment.address(email),
        }
    }

    /// Calls an endpoint.
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
            assert_eq!(allowed, Ok(()), "{method} {path} accepts what is not described");
        }
        answer
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
        let mut request = self.http.request(method.clone(), self.url(path)).body(body);
        if !content_type.is_empty() {
            request = request.header("content-type", content_type);
        }
        if let Some(token) = token {
            request = request.bearer_auth(token);
        }
        Answer::to(&method, request.send().await.unwrap()).await
    }

    /// That an endpoint which reads JSON refuses every body that is none, or none for it.
    pub async fn refuses_bad_bodies(&self, method: Method, path: &str, token: Option<&str>) {
        for (content_type, body, status, code) in bad_inputs() {
            let answer = self.call_raw(method.clone(), path, token, content_type, body).await;
            answer.refuses(status, code);
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
        let url = match &self.place {
            Place::Own(stack) => format!("{}/{query}", stack.socket_url()),
            Place::Elsewhere(deployment) => format!("{}{query}", deployment.socket_url),
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

    /// Asks for a link that resets the password of an address.
    pub async fn asks_for_a_link(&self, email: &str) -> Answer {
        let body = json!({ "email": self.address(email) });
        self.call(Method::POST, "/api/password/reset-request", None, Some(body)).await
    }

    pub async fn tries_to_reset(&self, token: &str, password: &str) -> Answer {
        let body = json!({ "token": token, "password": password });
        self.call(Method::POST, "/api/password/reset", None, Some(body)).await
    }

    /// The oldest mail to an address that was not read yet, once it has come.
    pub async fn mail_to(&self, email: &str) -> Letter {
        let email = self.address(email);
        let mail = async {
            match &self.place {
                Place::Own(stack) => json!(stack.mail().next_to(&email).await),
                Place::Elsewhere(deployment) => deployment.mail_to(&email, &self.http).await,
            }
        };
        let mail = tokio::time::timeout(PATIENCE, mail).await.expect("the mail comes in time");
        serde_json::from_value(mail).expect("a mail with a text and an HTML part")
    }

    /// The token of the link in the next mail to an address.
    pub async fn token_mailed_to(&self, email: &str) -> String {
        let mail = self.mail_to(email).await;
        let (_, link) = mail.text.split_once("token=").expect("the mail has a link");
        link.split_whitespace().next().unwrap().to_owned()
    }

    /// Holds up the next call of an operation whose request holds this text, until the gate is opened.
    pub fn holds_up(&self, operation: &str, containing: &str) -> Latch {
        let latch = Latch::new();
        self.stack().table().faults().add(Fault {
            operation: operation.to_owned(),
            containing: Some(containing.to_owned()),
            how: FaultKind::Delay(latch.clone()),
            times: 1,
        });
        latch
    }

    /// What happens to the next calls of the sockets' gateway that are about this socket. Those of what was done so far, as
    /// that somebody came online, are waited for.
    pub async fn thwarts(&self, operation: &str, socket: &str, times: usize, how: FaultKind) {
        self.stack().quiet().await;
        let (operation, containing) = (operation.to_owned(), Some(socket.to_owned()));
        self.stack().sockets().faults().add(Fault { operation, containing, how, times });
    }

    /// The answers to the posts to a socket since they are recorded, which this ends.
    pub fn answers_to_posts(&self, socket: &str) -> Vec<u16> {
        let mut posts = self.stack().sockets().recorded();
        posts.retain(|post| post.connection_id == socket);
        posts.iter().map(|post| post.status).collect()
    }

    /// All items of a partition as they stand in the table, in DynamoDB's JSON: past everything that reads them.
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
        assert_eq!(answer["LastEvaluatedKey"], Value::Null, "one page holds them");
        answer["Items"].as_array().unwrap().clone()
    }

    /// The calls to the table that happen during something, each with its cost; not those of the functions on its stream,
    /// which work when they like.
    pub async fn calls_of<T>(&self, something: impl Future<Output = T>) -> (T, Vec<Call>) {
        let (value, mut calls) = self.all_calls_of(something).await;
        calls.retain(|call| !["MailerFunction", "RepairFunction"].contains(&&*call.function));
        (value, calls)
    }

    /// The calls to the table by anybody.
    pub async fn all_calls_of<T>(&self, something: impl Future<Output = T>) -> (T, Vec<Call>) {
        self.stack().quiet().await;
        self.stack().table().record();
        let value = something.await;
        (value, self.stack().table().recorded())
    }
}

impl Drop for Chat {
    fn drop(&mut self) {
        let Place::Own(stack) = &self.place else { return };
        if std::thread::panicking() {
            return;
        }
        let (table, mail, sockets) = (stack.table(), stack.mail(), stack.sockets());
        for faults in [table.faults(), mail.faults(), sockets.faults()] {
            let unfired = faults.unfired();
            assert!(unfired.is_empty(), "faults that never fired: {unfired:?}");
        }
        let unread = mail.unread();
        assert!(unread.is_empty(), "mails that nobody read: {unread:?}");
    }
}
