//! Somebody with an account, signed in.

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::Method;
use serde_json::{Value, json};

use super::{
    Answer, Chat, Socket, client_id,
    replica::{Replica, seq},
};

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

    /// Makes a group with others; gives its id.
    pub async fn makes_a_group(&self, title: &str, others: &[&Person<'_>]) -> String {
        let user_ids: Vec<&str> = others.iter().map(|other| &*other.id).collect();
        let body = json!({ "kind": "group", "title": title, "user_ids": user_ids });
        let answer = self.post("/api/conversations", body).await.expect(201);
        answer["conversation"]["id"].as_str().unwrap().to_owned()
    }

    /// Tries to add somebody to a group, or to give them a role.
    pub async fn adds(&self, group: &str, other: &Person<'_>, role: Option<&str>) -> Answer {
        let body = json!({ "user_ids": [other.id], "role": role });
        self.post(&format!("/api/conversations/{group}/members"), body).await
    }

    /// Tries to remove somebody from a group, or to leave it.
    pub async fn removes(&self, group: &str, other: &Person<'_>) -> Answer {
        self.delete(&format!("/api/conversations/{group}/members/{}", other.id)).await
    }

    /// Tries to change the text of a message.
    pub async fn edits(&self, conversation: &str, seq: u64, content: &str) -> Answer {
        let path = format!("/api/conversations/{conversation}/messages/{seq}");
        self.patch(&path, json!({ "content": content })).await
    }

    /// Tries to delete a message.
    pub async fn takes_back(&self, conversation: &str, seq: u64) -> Answer {
        self.delete(&format!("/api/conversations/{conversation}/messages/{seq}")).await
    }

    /// So many different emojis that one may react with.
    pub async fn finds_emojis(&self, many: usize) -> Vec<String> {
        let emotes = self.get("/api/emotes").await.expect(200);
        let emotes = emotes["emotes"].as_array().unwrap().iter().take(many);
        emotes.map(|emote| emote["emoji"].as_str().unwrap().to_owned()).collect()
    }

    /// Tries to react to a message, with a shortcode or an emoji.
    pub async fn reacts(&self, conversation: &str, seq: u64, emote: &str) -> Answer {
        self.call(Method::PUT, &reaction(conversation, seq, emote), None).await
    }

    /// Tries to take a reaction back.
    pub async fn unreacts(&self, conversation: &str, seq: u64, emote: &str) -> Answer {
        self.delete(&reaction(conversation, seq, emote)).await
    }

    /// The newest messages as they stand.
    pub async fn messages(&self, conversation: &str) -> Vec<Value> {
        let path = format!("/api/conversations/{conversation}/messages?limit=100");
        self.get(&path).await.expect(200)["messages"].as_array().unwrap().clone()
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

    /// A conversation and all its messages as they stand, while nobody does anything.
    pub async fn looks_around(&self, conversation: &str) -> Replica {
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
                return Replica::of_answers(&shown, &messages, &self.id);
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

fn reaction(conversation: &str, seq: u64, emote: &str) -> String {
    let emote = utf8_percent_encode(emote, NON_ALPHANUMERIC);
    format!("/api/conversations/{conversation}/messages/{seq}/reactions/{emote}")
}
