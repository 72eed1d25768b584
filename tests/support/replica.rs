//! A conversation as a client keeps it, and how entries change it. Every client that applies the same log gets the same
//! conversation.

use std::collections::BTreeMap;

use serde_json::Value;

/// A conversation in its state after an entry.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Replica {
    pub seq: u64,
    pub title: Option<String>,
    /// Roles by user id.
    pub members: BTreeMap<String, String>,
    pub messages: BTreeMap<u64, Message>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Message {
    pub sender_id: String,
    pub client_id: String,
    pub content: Option<String>,
    pub reply_to: Option<u64>,
    pub created_at: String,
    pub edited_at: Option<String>,
    pub deleted: bool,
    /// Each emoji with its users, in the order of the reactions.
    pub reactions: Vec<(String, Vec<String>)>,
}

impl Replica {
    /// Builds a replica from the responses of `GET /api/conversations/{id}` and all its messages, which share one head.
    pub fn from_responses(conversation: &Value, messages: &[Value], reader: &str) -> Self {
        let members = conversation["members"].as_array().unwrap().iter();
        let messages = messages.iter();
        let replica = Self {
            seq: conversation["head_seq"].as_u64().unwrap(),
            title: optional_text(&conversation["title"]),
            members: members
                .map(|member| (text(&member["user"]["id"]), text(&member["role"])))
                .collect(),
            messages: messages
                .map(|message| (seq(message), Message::from_response(message, reader)))
                .collect(),
        };
        assert_eq!(conversation["member_count"], replica.members.len());
        replica
    }

    /// Applies the rest of the log.
    pub fn followed_by(mut self, log: &[Value], reader: &str) -> Self {
        let after = self.seq;
        for entry in log.iter().filter(|entry| seq(entry) > after) {
            self.apply(entry, reader);
        }
        self
    }

    /// Applies the next entry.
    pub fn apply(&mut self, entry: &Value, reader: &str) {
        assert_eq!(seq(entry), self.seq + 1, "neither a gap nor a duplicate");
        self.seq += 1;
        let (sender_id, target_seq) = (text(&entry["sender_id"]), entry["target_seq"].as_u64());
        let target =
            target_seq.map(|seq| self.messages.get_mut(&seq).expect("the message was sent before"));
        match (&*text(&entry["type"]), target) {
            ("message", None) => {
                assert_eq!(
                    entry["reactions"],
                    Value::Array(Vec::new()),
                    "reactions are separate entries"
                );
                self.messages.insert(self.seq, Message::from_response(entry, reader));
            }
            ("edit", Some(target)) => {
                let message = Message::from_response(&entry["message"], reader);
                (target.content, target.edited_at) = (message.content, message.edited_at);
            }
            ("delete", Some(target)) => target.delete(),
            ("reaction_added", Some(target)) => target.react(&sender_id, &text(&entry["emote"])),
            ("reaction_removed", Some(target)) => {
                target.unreact(&sender_id, &text(&entry["emote"]));
            }
            ("member_added", None) => {
                self.members.insert(text(&entry["user_id"]), text(&entry["role"]));
            }
            ("member_removed", None) => {
                let role = self.members.remove(&text(&entry["user_id"]));
                assert_eq!(role, optional_text(&entry["role"]));
            }
            ("title_changed", None) => self.title = optional_text(&entry["title"]),
            _ => panic!("unknown kind of entry: {entry}"),
        }
    }
}

impl Message {
    pub fn from_response(message: &Value, reader: &str) -> Self {
        let reactions = message["reactions"].as_array().unwrap().iter().map(|reaction| {
            let users: Vec<String> =
                reaction["user_ids"].as_array().unwrap().iter().map(text).collect();
            assert_eq!(reaction["count"], users.len(), "{reaction}");
            assert_eq!(reaction["mine"], users.iter().any(|user| user == reader), "{reaction}");
            (text(&reaction["emote"]), users)
        });
        Self {
            sender_id: text(&message["sender_id"]),
            client_id: text(&message["client_id"]),
            content: optional_text(&message["content"]),
            reply_to: message["reply_to"].as_u64(),
            created_at: text(&message["created_at"]),
            edited_at: optional_text(&message["edited_at"]),
            deleted: message["deleted"].as_bool().unwrap(),
            reactions: reactions.collect(),
        }
    }

    pub fn delete(&mut self) {
        (self.content, self.deleted) = (None, true);
        self.reactions.clear();
    }

    pub fn react(&mut self, user_id: &str, emote: &str) {
        match self.reactions.iter_mut().find(|(other, _)| other == emote) {
            Some((_, users)) => users.push(user_id.to_owned()),
            None => self.reactions.push((emote.to_owned(), vec![user_id.to_owned()])),
        }
    }

    pub fn unreact(&mut self, user_id: &str, emote: &str) {
        for (_, users) in self.reactions.iter_mut().filter(|(other, _)| other == emote) {
            users.retain(|user| user != user_id);
        }
        self.reactions.retain(|(_, users)| !users.is_empty());
    }

    pub fn has(&self, user_id: &str, emote: &str) -> bool {
        let mut reactions = self.reactions.iter();
        reactions.any(|(other, users)| other == emote && users.iter().any(|user| user == user_id))
    }
}

pub fn seq(value: &Value) -> u64 {
    value["seq"].as_u64().unwrap()
}

pub fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("not a string: {value}")).to_owned()
}

fn optional_text(value: &Value) -> Option<String> {
    value.as_str().map(str::to_owned)
}
