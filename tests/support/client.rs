//! A client that keeps its conversations current from pushes, and sends `sync` when it sees a gap.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::{
    Person, Socket,
    replica::{Replica, seq, text},
};

pub struct Client<'a> {
    pub person: Person<'a>,
    connection: Option<Connection>,
    /// The conversations that the client has, by id.
    pub known: BTreeMap<String, Replica>,
    /// Conversations at the time they were created, before the first entry of their logs. The client keeps no others.
    pub beginnings: BTreeMap<String, Replica>,
    /// Conversations in `beginnings` that the client has left or never joined, as far as it knows. It must not hear from them
    /// (I4).
    outside: BTreeSet<String>,
    is_missing_pushes: bool,
    /// The number of entries whose pushes were lost and that a `sync` returned.
    pub found: usize,
}

struct Connection {
    socket: Socket,
    connection_id: String,
}

impl<'a> Client<'a> {
    pub fn new(person: Person<'a>, beginnings: BTreeMap<String, Replica>) -> Self {
        Self {
            person,
            connection: None,
            known: BTreeMap::new(),
            beginnings,
            outside: BTreeSet::new(),
            is_missing_pushes: false,
            found: 0,
        }
    }

    pub fn is_online(&self) -> bool {
        self.connection.is_some()
    }

    pub async fn comes_online(&mut self) {
        if self.connection.is_none() {
            let mut socket = self.person.opens_a_socket().await;
            let hello = socket.asks("hello", json!({})).await.expect("hello gets a reply");
            self.connection =
                Some(Connection { socket, connection_id: text(&hello["connection_id"]) });
            self.syncs().await;
        }
    }

    pub async fn goes_offline(&mut self, abruptly: bool) {
        let Some(connection) = self.connection.take() else { return };
        self.is_missing_pushes = false;
        if abruptly {
            assert!(self.person.chat.stack().sockets().kill(&connection.connection_id));
        } else {
            connection.socket.leaves().await;
        }
    }

    pub fn loses_pushes(&mut self) {
        // The push about joining a conversation again may also be lost.
        self.outside.clear();
        self.is_missing_pushes = self.is_online();
        self.ignores_pushes(true);
    }

    fn ignores_pushes(&self, ignored: bool) {
        if let Some(connection) = &self.connection {
            let id = &connection.connection_id;
            assert!(self.person.chat.stack().sockets().lose_pushes(id, ignored));
        }
    }

    /// Sends a request on the socket and waits for the reply. Returns `None` if there is no socket.
    pub async fn asks(&mut self, action: &str, members: Value) -> Option<Result<Value, Value>> {
        self.ignores_pushes(false);
        Some(self.connection.as_mut()?.socket.asks(action, members).await)
    }

    /// Applies all pushes so far, each entry twice, because a repeated entry must change nothing.
    pub async fn listens(&mut self) {
        self.ignores_pushes(false);
        let Some(connection) = &mut self.connection else { return };
        let mut has_gap = false;
        for event in connection.socket.has_heard_of_conversations().await {
            let conversation = text(&event["conversation_id"]);
            self.assert_may_hear(&conversation, &event);
            if event["event"] == "conversation" {
                has_gap |= !self.known.contains_key(&conversation);
            }
            if event["event"] == "entry" {
                for event in [&event, &event] {
                    has_gap |= !self.applies(&conversation, &event["data"]);
                }
                assert_eq!(seq(&event), seq(&event["data"]));
            }
        }
        if has_gap {
            self.syncs().await;
        }
    }

    /// I4: asserts that the client may hear this event. A user who is not a member hears only that they were added, and the
    /// last event they hear is their removal.
    fn assert_may_hear(&mut self, conversation: &str, event: &Value) {
        let is_about_them = |kind: &str| {
            let entry = &event["data"];
            event["event"] == "entry"
                && entry["type"] == kind
                && entry["user_id"] == *self.person.id
        };
        if event["event"] == "conversation" || is_about_them("member_added") {
            self.outside.remove(conversation);
        }
        assert!(
            !self.outside.contains(conversation),
            "heard by a user who is not a member: {event}"
        );
        if is_about_them("member_removed") {
            self.outside.insert(conversation.to_owned());
        }
    }

    /// Applies an entry. Returns false if an earlier entry is missing.
    fn applies(&mut self, conversation: &str, entry: &Value) -> bool {
        let Some(replica) = self.known.get_mut(conversation) else {
            // Nothing is missing from a conversation that the client has left.
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

    /// Sends `sync` in small pages until nothing newer is returned.
    pub async fn syncs(&mut self) {
        loop {
            let since: BTreeMap<&String, u64> =
                self.known.iter().map(|(id, replica)| (id, replica.seq)).collect();
            let Some(answer) = self.asks("sync", json!({ "since": since, "limit": 3 })).await
            else {
                return;
            };
            let answer = answer.expect("sync gets a reply");
            for id in answer["gone"].as_array().unwrap() {
                assert!(self.known.remove(&text(id)).is_some(), "{id} was in the request");
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
                // The client now knows all conversations that it is in.
                let outside = self.beginnings.keys().filter(|id| !self.known.contains_key(*id));
                self.outside = outside.cloned().collect();
                self.is_missing_pushes = false;
                return;
            }
        }
    }
}
