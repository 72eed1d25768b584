//! The users, their clients and conversations. Performs operations and compares the outcome with the expected one.

use std::collections::BTreeMap;

use futures::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};

use super::{
    count::{Counts, events_of},
    operation::{Operation, Target, What},
    room::{Rejection, Room},
};
use crate::support::{
    Answer, Chat, Client, Person, client_id,
    replica::{Message, Replica, seq, text},
};

pub struct World<'a> {
    pub chat: &'a Chat,
    pub clients: Vec<Client<'a>>,
    /// The group, the direct conversation, and groups created later.
    pub rooms: Vec<Room>,
    /// Texts that must no longer be stored or shown.
    pub gone: Vec<String>,
    /// Snapshots, each with the indexes of its user and room.
    pub snapshots: Vec<(usize, usize, Replica)>,
    pub counts: Counts,
    texts: usize,
}

impl<'a> World<'a> {
    /// Creates a group of the first two users, and the direct conversation of a pair that has none yet.
    pub async fn new(chat: &'a Chat, people: &[Person<'a>], pair: [usize; 2]) -> Self {
        let group = people[0].creates_group("Harbour", &[&people[1]]).await;
        let direct = people[pair[0]].talks_to(&people[pair[1]]).await;
        let rooms = vec![
            Room::new(group, true, beginning(people, Some("Harbour"), &pairs(0, &[1]))),
            Room::new(direct, false, beginning(people, None, &pair.map(|user| (user, "member")))),
        ];
        let beginnings: BTreeMap<String, Replica> =
            rooms.iter().map(|room| (room.id.clone(), room.beginning.clone())).collect();
        let clients = people.iter().map(|person| Client::new(person.clone(), beginnings.clone()));
        let mut clients: Vec<Client<'_>> = clients.collect();
        join_all(clients.iter_mut().map(Client::comes_online)).await;
        let (gone, snapshots, counts) = (Vec::new(), Vec::new(), Counts::new());
        Self { chat, clients, rooms, gone, snapshots, counts, texts: 0 }
    }

    /// Returns a new unique text.
    fn text(&mut self) -> String {
        self.texts += 1;
        format!("<{}>", self.texts)
    }

    /// Performs an operation and asserts that the response is the expected one.
    pub async fn performs(&mut self, operation: &Operation) {
        let before: Vec<Replica> = self.rooms.iter().map(|room| room.now.clone()).collect();
        self.tries(operation).await;
        let rooms = before.iter().zip(&self.rooms);
        let changes = rooms.flat_map(|(before, room)| events_of(&operation.what, before, room));
        for what in changes.collect::<Vec<_>>() {
            self.counts(what, 1);
        }
    }

    pub fn counts(&mut self, what: &'static str, times: usize) {
        *self.counts.entry(what).or_default() += times;
    }

    async fn tries(&mut self, operation: &Operation) {
        let Operation { actor, in_direct, group, is_insider, on_socket, ref what } = *operation;
        let room = if in_direct { 1 } else { self.group(group) };
        let actor = if is_insider { self.insider(room, what, actor) } else { actor };
        let me = self.clients[actor].person.id.clone();
        let on_socket = on_socket && self.clients[actor].is_online();
        let id = self.rooms[room].id.clone();
        let path = format!("/api/conversations/{id}");
        match what {
            What::Say { reply_to: reply_target } => {
                let content = self.text();
                let reply_to = reply_target.map(|target| self.rooms[room].seq_of(target, &me));
                let client_id = client_id(self.chat.now());
                self.says(actor, room, on_socket, client_id, content, reply_to).await;
            }
            What::SayAgain { which } => {
                let messages = self.rooms[room].now.messages.values();
                let own: Vec<_> = messages.filter(|message| message.sender_id == me).collect();
                if own.is_empty() {
                    return;
                }
                let client_id = own[which % own.len()].client_id.clone();
                let content = self.text();
                self.says(actor, room, on_socket, client_id, content, None).await;
            }
            What::Edit { target, is_new } => {
                let seq = self.rooms[room].seq_of(*target, &me);
                let existing = self.rooms[room].now.messages.get(&seq);
                let content = match existing.and_then(|message| message.content.clone()) {
                    Some(content) if !is_new => content,
                    _ => self.text(),
                };
                let expected = self.rooms[room].edits(&me, seq, &content);
                if expected.is_err() && *is_new {
                    self.gone.push(content.clone());
                }
                let members = json!({ "seq": seq, "content": content });
                let request = (Method::PATCH, format!("{path}/messages/{seq}"));
                let answer = self.asks(actor, &id, on_socket, "edit", members, request).await;
                self.gone.extend(expected.clone().ok().flatten());
                self.check_message(room, actor, seq, expected.map(drop), answer);
            }
            What::Delete { target } => {
                let seq = self.rooms[room].seq_of(*target, &me);
                let expected = self.rooms[room].deletes(&me, seq);
                let request = (Method::DELETE, format!("{path}/messages/{seq}"));
                let members = json!({ "seq": seq });
                let answer = self.asks(actor, &id, on_socket, "delete", members, request).await;
                self.gone.extend(expected.clone().ok().flatten());
                self.check_message(room, actor, seq, expected.map(drop), answer);
            }
            What::React { target, emote } | What::Unreact { target, emote } => {
                let seq = match (what, target) {
                    (What::Unreact { .. }, Target::Own(which)) => {
                        self.rooms[room].seq_with_reaction(*which, &me, *emote)
                    }
                    _ => None,
                };
                let seq = seq.unwrap_or_else(|| self.rooms[room].seq_of(*target, &me));
                let (expected, method, action) = match what {
                    What::React { .. } => {
                        (self.rooms[room].reacts(&me, seq, *emote), Method::PUT, "react")
                    }
                    _ => (self.rooms[room].unreacts(&me, seq, *emote), Method::DELETE, "unreact"),
                };
                let written = percent_encoding::utf8_percent_encode(
                    emote.written,
                    percent_encoding::NON_ALPHANUMERIC,
                );
                let request = (method, format!("{path}/messages/{seq}/reactions/{written}"));
                let members = json!({ "seq": seq, "emote": emote.written });
                let answer = self.asks(actor, &id, on_socket, action, members, request).await;
                self.check_message(room, actor, seq, expected, answer);
            }
            What::Read { up_to } => {
                let seq = self.rooms[room].seq_of(Target::Entry(*up_to), &me);
                let expected = self.rooms[room].reads(&me, seq);
                let request = (Method::PUT, format!("{path}/read"));
                let members = json!({ "seq": seq });
                let answer = self.asks(actor, &id, on_socket, "read", members, request).await;
                let expected = expected.map(|()| {
                    let room = &self.rooms[room];
                    json!({ "read_seq": room.read[&me], "unread_count": room.unread(&me) })
                });
                assert_eq!(answer, expected);
            }
            What::Retitle { is_new } => {
                let title = if *is_new { self.text() } else { "Harbour".to_owned() };
                let expected = self.rooms[room].retitles(&me, &title);
                let answer =
                    self.clients[actor].person.patch(&path, json!({ "title": title })).await;
                assert_eq!(outcome(answer).map(drop), expected);
            }
            What::Add { users, role } => {
                let ids: Vec<String> =
                    users.iter().map(|user| self.clients[*user].person.id.clone()).collect();
                let expected = self.rooms[room].adds(&me, &ids, *role);
                let body = json!({ "user_ids": ids, "role": role });
                let members = format!("{path}/members");
                let answer = self.clients[actor].person.post(&members, body).await;
                assert_eq!(outcome(answer).map(drop), expected);
            }
            What::MakeGroup { with } => self.creates_group(actor, with).await,
            What::Remove { .. } | What::Leave => {
                let removed = if let What::Remove { user } = what { *user } else { actor };
                let other = self.clients[removed].person.clone();
                let expected = self.rooms[room].removes(&me, &other.id);
                let answer = self.clients[actor].person.removes(&id, &other).await;
                assert_eq!(outcome(answer).map(drop), expected);
            }
            What::LosePushes => {
                self.clients[actor].listens().await;
                self.clients[actor].loses_pushes();
            }
            What::Sync => {
                self.clients[actor].listens().await;
                self.clients[actor].syncs().await;
            }
            What::GoOffline { abruptly } => {
                let is_abrupt = *abruptly && self.clients[actor].is_online();
                self.counts("abrupt end of a socket", usize::from(is_abrupt));
                self.clients[actor].goes_offline(*abruptly).await;
            }
            What::ComeOnline => self.clients[actor].comes_online().await,
            What::TakeSnapshot if self.rooms[room].is_member(&me) => {
                let snapshot = self.clients[actor].person.takes_snapshot(&id).await;
                self.snapshots.push((actor, room, snapshot));
                self.counts("snapshot", 1);
            }
            What::TakeSnapshot => {}
        }
    }

    /// The index of a group, or of the first one if there are fewer.
    fn group(&self, which: usize) -> usize {
        let groups: Vec<usize> =
            (0..self.rooms.len()).filter(|room| self.rooms[*room].is_group).collect();
        groups.get(which).copied().unwrap_or(groups[0])
    }

    /// One of the users who may perform the operation, if there are any.
    fn insider(&self, room: usize, what: &What, which: usize) -> usize {
        let room = &self.rooms[room];
        let may = |user: &usize| {
            let id = &self.clients[*user].person.id;
            match what {
                What::Add { .. } | What::Remove { .. } => room.is_admin(id),
                What::LosePushes | What::Sync | What::GoOffline { .. } | What::ComeOnline => true,
                What::MakeGroup { .. } => true,
                _ => room.is_member(id),
            }
        };
        let insiders: Vec<usize> = (0..self.clients.len()).filter(may).collect();
        if insiders.is_empty() { which } else { insiders[which % insiders.len()] }
    }

    async fn creates_group(&mut self, actor: usize, with: &[usize]) {
        let people: Vec<Person<'_>> =
            self.clients.iter().map(|client| client.person.clone()).collect();
        let others: Vec<&Person<'_>> = with.iter().map(|other| &people[*other]).collect();
        let id = people[actor].creates_group("Harbour", &others).await;
        let others: Vec<usize> = with.iter().copied().filter(|other| *other != actor).collect();
        let beginning = beginning(&people, Some("Harbour"), &pairs(actor, &others));
        for client in &mut self.clients {
            client.beginnings.insert(id.clone(), beginning.clone());
        }
        self.rooms.push(Room::new(id, true, beginning));
        self.counts("group created later", 1);
    }

    async fn says(
        &mut self,
        actor: usize,
        room: usize,
        on_socket: bool,
        client_id: String,
        content: String,
        reply_to: Option<u64>,
    ) {
        let (me, id) = (self.clients[actor].person.id.clone(), self.rooms[room].id.clone());
        let members = json!({ "client_id": client_id, "content": content, "reply_to": reply_to });
        let request = (Method::POST, format!("/api/conversations/{id}/messages"));
        let mut messages = self.rooms[room].now.messages.iter();
        let existing = messages
            .find(|(_, message)| message.sender_id == me && message.client_id == client_id)
            .map(|(seq, _)| *seq);
        let expected = match existing {
            Some(seq) => self.rooms[room].enters(&me).map(|()| seq),
            None => {
                let message = Message {
                    sender_id: me.clone(),
                    client_id,
                    content: Some(content.clone()),
                    reply_to,
                    created_at: String::new(),
                    edited_at: None,
                    deleted: false,
                    reactions: Vec::new(),
                };
                self.rooms[room].says(&me, message)
            }
        };
        if existing.is_some() || expected.is_err() {
            self.gone.push(content);
        }
        let answer = self.asks(actor, &id, on_socket, "send", members, request).await;
        if let (Ok(answer), Ok(seq)) = (&answer, &expected) {
            assert_eq!(answer["message"]["seq"], *seq);
            assert!(!on_socket || answer["duplicate"] == existing.is_some());
            self.counts("resend", usize::from(existing.is_some()));
            let message = self.rooms[room].now.messages.get_mut(seq).unwrap();
            message.created_at = text(&answer["message"]["created_at"]);
        }
        self.check_message(room, actor, expected.clone().unwrap_or(0), expected.map(drop), answer);
    }

    /// Asserts that the response is the expected error, or shows the message in its expected state.
    fn check_message(
        &mut self,
        room: usize,
        actor: usize,
        target: u64,
        expected: Result<(), Rejection>,
        answer: Result<Value, Rejection>,
    ) {
        assert_eq!(answer.as_ref().map(|_| ()).map_err(Clone::clone), expected);
        let Ok(answer) = answer else { return };
        assert_eq!(seq(&answer["message"]), target);
        let shown = Message::from_response(&answer["message"], &self.clients[actor].person.id);
        let message = self.rooms[room].now.messages.get_mut(&target).unwrap();
        // Only the response contains the time of the change.
        message.edited_at.clone_from(&shown.edited_at);
        assert_eq!(shown, *message);
    }

    /// Sends a request on the socket or over HTTP.
    async fn asks(
        &mut self,
        actor: usize,
        id: &str,
        on_socket: bool,
        action: &str,
        mut members: Value,
        (method, path): (Method, String),
    ) -> Result<Value, Rejection> {
        if !on_socket {
            return outcome(self.clients[actor].person.call(method, &path, Some(members)).await);
        }
        members["conversation_id"] = json!(id);
        self.clients[actor].listens().await;
        let answer = self.clients[actor].asks(action, members).await.unwrap();
        // The pushes follow the reply.
        self.chat.stack().quiet().await;
        answer.map_err(|frame| {
            (u16::try_from(frame["status"].as_u64().unwrap()).unwrap(), text(&frame["code"]))
        })
    }
}

/// The creator of a group is its admin.
fn pairs(admin: usize, others: &[usize]) -> Vec<(usize, &'static str)> {
    let others = others.iter().map(|other| (*other, "member"));
    std::iter::once((admin, "admin")).chain(others).collect()
}

/// The state of a new conversation.
fn beginning(people: &[Person<'_>], title: Option<&str>, roles: &[(usize, &str)]) -> Replica {
    let members = roles.iter().map(|(user, role)| (people[*user].id.clone(), (*role).to_owned()));
    Replica { title: title.map(str::to_owned), members: members.collect(), ..Replica::default() }
}

fn outcome(answer: Answer) -> Result<Value, Rejection> {
    match answer.status {
        200 | 201 => Ok(answer.body),
        status => Err((status, answer.code().to_owned())),
    }
}
