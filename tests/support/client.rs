//! A client that keeps its conversations by what it is pushed, and asks for the rest when it sees a gap.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{
    Person, Socket,
    replica::{Replica, seq, text},
};

pub struct Client<'a> {
    pub person: Person<'a>,
    line: Option<Line>,
    /// What it holds.
    pub known: BTreeMap<String, Replica>,
    /// How conversations were when they were made, which their logs begin after. It keeps no others.
    pub beginnings: BTreeMap<String, Replica>,
}

struct Line {
    socket: Socket,
    connection_id: String,
}

impl<'a> Client<'a> {
    pub fn new(person: Person<'a>, beginnings: BTreeMap<String, Replica>) -> Self {
        Self { person, line: None, known: BTreeMap::new(), beginnings }
    }

    pub fn is_online(&self) -> bool {
        self.line.is_some()
    }

    pub async fn comes_online(&mut self) {
        if self.line.is_none() {
            let mut socket = self.person.opens_a_socket().await;
            let hello = socket.asks("hello", json!({})).await.expect("hello is answered");
            self.line = Some(Line { socket, connection_id: text(&hello["connection_id"]) });
            self.syncs().await;
        }
    }

    pub async fn goes_offline(&mut self, abruptly: bool) {
        let Some(line) = self.line.take() else { return };
        if abruptly {
            assert!(self.person.chat.stack().sockets().kill(&line.connection_id));
        } else {
            line.socket.leaves().await;
        }
    }

    pub fn loses_pushes(&self) {
        self.is_deaf(true);
    }

    fn is_deaf(&self, is_deaf: bool) {
        if let Some(line) = &self.line {
            let id = &line.connection_id;
            assert!(self.person.chat.stack().sockets().lose_pushes(id, is_deaf));
        }
    }

    /// Asks on the socket; `None` without one.
    pub async fn asks(&mut self, action: &str, members: Value) -> Option<Result<Value, Value>> {
        self.is_deaf(false);
        Some(self.line.as_mut()?.socket.asks(action, members).await)
    }

    /// Takes in what it was pushed so far, each twice: what comes again is known.
    pub async fn listens(&mut self) {
        self.is_deaf(false);
        let Some(line) = &mut self.line else { return };
        let events = line.socket.has_heard("entry").await;
        for event in events.iter().flat_map(|event| [event, event]) {
            let conversation = text(&event["conversation_id"]);
            let entry = &event["data"];
            assert_eq!(seq(event), seq(entry));
            match self.known.get_mut(&conversation) {
                Some(replica) if seq(entry) <= replica.seq => {}
                Some(replica) if seq(entry) == replica.seq + 1 => {
                    replica.apply(entry, &self.person.id);
                    if !replica.members.contains_key(&self.person.id) {
                        self.known.remove(&conversation);
                    }
                }
                _ => self.syncs().await,
            }
        }
    }

    /// Asks what came since, in small pages, until nothing did.
    pub async fn syncs(&mut self) {
        loop {
            let since: BTreeMap<&String, u64> =
                self.known.iter().map(|(id, replica)| (id, replica.seq)).collect();
            let Some(answer) = self.asks("sync", json!({ "since": since, "limit": 3 })).await
            else {
                return;
            };
            let answer = answer.expect("sync is answered");
            for id in answer["gone"].as_array().unwrap() {
                assert!(self.known.remove(&text(id)).is_some(), "{id} was named");
            }
            let mut has_more = answer["has_more"].as_bool().unwrap();
            for news in answer["conversations"].as_array().unwrap() {
                let id = text(&news["conversation_id"]);
                let Some(replica) = self.known.get_mut(&id) else {
                    if let Some(beginning) = self.beginnings.get(&id) {
                        self.known.insert(id, beginning.clone());
                        has_more = true;
                    }
                    continue;
                };
                for entry in news["entries"].as_array().unwrap() {
                    replica.apply(entry, &self.person.id);
                }
                assert!(news["head_seq"].as_u64().unwrap() >= replica.seq);
            }
            if !has_more {
                return;
            }
        }
    }
}
