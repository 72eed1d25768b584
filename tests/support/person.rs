//! Somebody with an account, signed in.

use reqwest::Method;
use serde_json::{Value, json};

use super::{Answer, Chat, Socket, client_id};

pub const PASSWORD: &str = "a quiet harbour at dawn";

/// Somebody with an account and a token.
#[derive(Clone)]
pub struct Person<'a> {
    pub chat: &'a Chat,
    pub id: String,
    pub email: String,
    pub token: String,
}

impl<'a> Person<'a> {
    /// Calls an endpoint with the person's token.
    pub async fn call(&self, method: Method, path: &str, body: Option<Value>) -> Answer {
        self.chat.call(method, path, Some(&self.token), body).await
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.call(Method::GET, path, None).await
    }

    pub async fn post(&self, path: &str, body: Value) -> Answer {
        self.call(Method::POST, path, Some(body)).await
    }

    pub async fn put(&self, path: &str, body: Value) -> Answer {
        self.call(Method::PUT, path, Some(body)).await
    }

    pub async fn patch(&self, path: &str, body: Value) -> Answer {
        self.call(Method::PATCH, path, Some(body)).await
    }

    pub async fn delete(&self, path: &str) -> Answer {
        self.call(Method::DELETE, path, None).await
    }

    /// The direct conversation with somebody, made where there is none.
    pub async fn talks_to(&self, other: &Person<'_>) -> String {
        let body = json!({ "kind": "direct", "user_id": other.id });
        let answer = self.post("/api/conversations", body).await;
        assert!(matches!(answer.status, 200 | 201), "{}", answer.body);
        answer.body["conversation"]["id"].as_str().unwrap().to_owned()
    }

    /// Sends a message over HTTP; gives it as the answer shows it.
    pub async fn says(&self, conversation: &str, content: &str) -> Value {
        let id = client_id(self.chat.now());
        self.tries_to_say(conversation, &id, content).await.expect(201)["message"].clone()
    }

    pub async fn tries_to_say(&self, conversation: &str, client_id: &str, content: &str) -> Answer {
        let body = json!({ "client_id": client_id, "content": content });
        self.post(&format!("/api/conversations/{conversation}/messages"), body).await
    }

    /// The whole log, page by page.
    pub async fn log(&self, conversation: &str) -> Vec<Value> {
        let mut entries: Vec<Value> = Vec::new();
        loop {
            let after = entries.last().map_or(0, |entry| entry["seq"].as_u64().unwrap());
            let path = format!("/api/conversations/{conversation}/log?after={after}&limit=100");
            let page = self.get(&path).await.expect(200);
            entries.extend(page["entries"].as_array().unwrap().iter().cloned());
            if !page["has_more"].as_bool().unwrap() {
                return entries;
            }
        }
    }

    /// Logs in once more; the same person with another token.
    pub async fn on_another_device(&self) -> Person<'a> {
        self.chat.logs_in(&self.email, PASSWORD).await
    }

    /// Asks for a link that resets the password; gives the token that is mailed.
    pub async fn asks_for_a_token(&self) -> String {
        self.chat.asks_for_a_link(&self.email).await.expect(200);
        self.chat.token_mailed_to(&self.email).await
    }

    pub async fn tries_to_change_the_password(&self, current: &str, new: &str) -> Answer {
        let body = json!({ "current_password": current, "password": new });
        self.post("/api/password/change", body).await
    }

    /// Opens a socket and says hello on it.
    pub async fn comes_online(&self) -> Socket {
        let mut socket = self.opens_a_socket().await;
        socket.asks("hello", json!({})).await.expect("hello is answered");
        socket
    }

    /// Opens a socket by the token, without a word.
    pub async fn opens_a_socket(&self) -> Socket {
        let header = ("authorization", format!("Bearer {}", self.token));
        self.chat.socket(&[header], "").await.expect("the socket opens")
    }
}
