//! A signed-in user.

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::Method;
use serde_json::{Value, json};

use super::{
    Answer, Chat, Socket, client_id,
    replica::{Replica, seq},
};

pub const PASSWORD: &str = "a quiet harbour at dawn";

/// A user with an account and a token.
#[derive(Clone)]
pub struct Person<'a> {
    pub chat: &'a Chat,
    pub id: String,
    pub email: String,
    pub token: String,
}

impl<'a> Person<'a> {
    /// Calls an endpoint with this user's token.
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

    /// Returns the id of the direct conversation with another user, and creates it if needed.
    pub async fn talks_to(&self, other: &Person<'_>) -> String {
        let body = json!({ "kind": "direct", "user_id": other.id });
        let answer = self.post("/api/conversations", body).await;
        assert!(matches!(answer.status, 200 | 201), "{}", answer.body);
        answer.body["conversation"]["id"].as_str().unwrap().to_owned()
    }

    /// Sends a message over HTTP and returns it.
    pub async fn says(&self, conversation: &str, content: &str) -> Value {
        let id = client_id(self.chat.now());
        self.tries_to_send(conversation, &id, content).await.expect(201)["message"].clone()
    }

    /// Creates a group with other users and returns its id.
    pub async fn creates_group(&self, title: &str, others: &[&Person<'_>]) -> String {
        let user_ids: Vec<&str> = others.iter().map(|other| &*other.id).collect();
        let body = json!({ "kind": "group", "title": title, "user_ids": user_ids });
        let answer = self.post("/api/conversations", body).await.expect(201);
        answer["conversation"]["id"].as_str().unwrap().to_owned()
    }

    /// Tries to add a user to a group, or to change their role.
    pub async fn adds(&self, group: &str, other: &Person<'_>, role: Option<&str>) -> Answer {
        let body = json!({ "user_ids": [other.id], "role": role });
        self.post(&format!("/api/conversations/{group}/members"), body).await
    }

    /// Tries to remove a user from a group, or to leave it.
    pub async fn removes(&self, group: &str, other: &Person<'_>) -> Answer {
        self.delete(&format!("/api/conversations/{group}/members/{}", other.id)).await
    }

    /// Tries to change the text of a message.
    pub async fn edits(&self, conversation: &str, seq: u64, content: &str) -> Answer {
        let path = format!("/api/conversations/{conversation}/messages/{seq}");
        self.patch(&path, json!({ "content": content })).await
    }

    /// Tries to delete a message.
    pub async fn deletes_message(&self, conversation: &str, seq: u64) -> Answer {
        self.delete(&format!("/api/conversations/{conversation}/messages/{seq}")).await
    }

    /// Returns this many different emojis that are valid reactions.
    pub async fn finds_emojis(&self, count: usize) -> Vec<String> {
        let emotes = self.get("/api/emotes").await.expect(200);
        let emotes = emotes["emotes"].as_array().unwrap().iter().take(count);
        emotes.map(|emote| emote["emoji"].as_str().unwrap().to_owned()).collect()
    }

    /// Tries to react to a message with a shortcode or an emoji.
    pub async fn reacts(&self, conversation: &str, seq: u64, emote: &str) -> Answer {
        self.call(Method::PUT, &reaction(conversation, seq, emote), None).await
    }

    /// Tries to remove a reaction.
    pub async fn unreacts(&self, conversation: &str, seq: u64, emote: &str) -> Answer {
        self.delete(&reaction(conversation, seq, emote)).await
    }

    /// The newest messages in their current state.
    pub async fn messages(&self, conversation: &str) -> Vec<Value> {
        let path = format!("/api/conversations/{conversation}/messages?limit=100");
        self.get(&path).await.expect(200)["messages"].as_array().unwrap().clone()
    }

    pub async fn tries_to_send(
        &self,
        conversation: &str,
        client_id: &str,
        content: &str,
    ) -> Answer {
        let body = json!({ "client_id": client_id, "content": content });
        self.post(&format!("/api/conversations/{conversation}/messages"), body).await
    }

    /// Reads the whole log, page by page.
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

    /// Reads a conversation and all its messages. The conversation must not change while this runs.
    pub async fn takes_snapshot(&self, conversation: &str) -> Replica {
        let path = format!("/api/conversations/{conversation}");
        let shown = self.get(&path).await.expect(200)["conversation"].clone();
        let mut messages: Vec<Value> = Vec::new();
        loop {
            let after = messages.last().map_or(0, seq);
            let page =
                self.get(&format!("{path}/messages?limit=5&after={after}")).await.expect(200);
            assert_eq!(page["head_seq"], shown["head_seq"]);
            messages.extend(page["messages"].as_array().unwrap().iter().cloned());
            if page["has_more"] == false {
                return Replica::from_responses(&shown, &messages, &self.id);
            }
        }
    }

    /// Logs in again: the same user with another token.
    pub async fn on_another_device(&self) -> Person<'a> {
        self.chat.logs_in(&self.email, PASSWORD).await
    }

    /// Requests a password reset and returns the token from the email.
    pub async fn requests_reset_token(&self) -> String {
        self.chat.requests_reset_link(&self.email).await.expect(200);
        self.chat.token_mailed_to(&self.email).await
    }

    pub async fn tries_to_change_the_password(&self, current: &str, new: &str) -> Answer {
        let body = json!({ "current_password": current, "password": new });
        self.post("/api/password/change", body).await
    }

    /// Opens a socket and sends `hello`.
    pub async fn comes_online(&self) -> Socket {
        let mut socket = self.opens_a_socket().await;
        socket.asks("hello", json!({})).await.expect("hello gets a reply");
        socket
    }

    /// Opens a socket with the token and sends nothing.
    pub async fn opens_a_socket(&self) -> Socket {
        let header = ("authorization", format!("Bearer {}", self.token));
        self.chat.socket(&[header], "").await.expect("the socket opens")
    }
}

fn reaction(conversation: &str, seq: u64, emote: &str) -> String {
    let emote = utf8_percent_encode(emote, NON_ALPHANUMERIC);
    format!("/api/conversations/{conversation}/messages/{seq}/reactions/{emote}")
}
