//! A client that keeps its conversations by what it is pushed, and asks for the rest when it sees a gap.

use std::collections::{BTreeMap, BTreeSet};

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
    /// Those of them that it is in no more, or was never in, as far as it was told. It must not hear of them (I4).
    outside: BTreeSet<String>,
    is_missing_pushes: bool,
    /// Entries whose pushes were lost, and which it asked for.
    pub found: usize,
}

struct Line {
    socket: Socket,
    connection_id: String,
}

impl<'a> Client<'a> {
    pub fn new(person: Person<'a>, beginnings: BTreeMap<String, Replica>) -> Self {
        Self {
            person,
            line: None,
            known: BTreeMap::new(),
            beginnings,
            outside: BTreeSet::new(),
            is_missing_pushes: false,
            found: 0,
        }
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
        self.is_missing_pushes = false;
        if abruptly {
            assert!(self.person.chat.stack().sockets().kill(&line.connection_id));
        } else {
            line.socket.leaves().await;
        }
    }

    pub fn loses_pushes(&mut self) {
        // That it joined one again may be lost as well.
        self.outside.clear();
        self.is_missing_pushes = self.is_online();
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

    /// Takes in what it was pushed so far, entries twice: what comes again is known.
    pub async fn listens(&mut self) {
        self.is_deaf(false);
        let Some(line) = &mut self.line else { return };
        let mut misses_some = false;
        for event in line.socket.has_heard_of_conversations().await {
            let conversation = text(&event["conversation_id"]);
            self.may_hear(&conversation, &event);
            if event["event"] == "conversation" {
                misses_some |= !self.known.contains_key(&conversation);
            }
            if event["event"] == "entry" {
                for event in [&event, &event] {
                    misses_some |= !self.takes_in(&conversation, &event["data"]);
                }
                assert_eq!(seq(&event), seq(&event["data"]));
            }
        }
        if misses_some {
            self.syncs().await;
        }
    }

    /// I4: of a conversation that it is not in, nothing comes but that it is in it now. The last that comes is that it is not.
    fn may_hear(&mut self, conversation: &str, event: &Value) {
        let is_about_them = |kind: &str| {
            let entry = &event["data"];
            event["event"] == "entry"
                && entry["type"] == kind
                && entry["user_id"] == *self.person.id
        };
        if event["event"] == "conversation" || is_about_them("member_added") {
            self.outside.remove(conversation);
        }
        assert!(!self.outside.contains(conversation), "heard outside: {event}");
        if is_about_them("member_removed") {
            self.outside.insert(conversation.to_owned());
        }
    }

    /// Takes in an entry; false where it cannot, because something is missing before it.
    fn takes_in(&mut self, conversation: &str, entry: &Value) -> bool {
        let Some(replica) = self.known.get_mut(conversation) else {
            // Of what it left nothing is missing.
            return self.outside.contains(conversation);
        };
        if seq(entry) <= replica.seq {
            return true;
        }
        if seq(entry) > replica.seq + 1 {
            return false;
        }
        replica.apply(entry, &self.person.id);
        if !replica.members.contains_key(&self.person.id) {
            self.known.remove(conversation);
        }
        true
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
                    self.found += usize::from(self.is_missing_pushes);
                }
                assert!(news["head_seq"].as_u64().unwrap() >= replica.seq);
            }
            if !has_more {
                // It has named or was told of all that it is in.
                let outside = self.beginnings.keys().filter(|id| !self.known.contains_key(*id));
                self.outside = outside.cloned().collect();
                self.is_missing_pushes = false;
                return;
            }
        }
    }
}
