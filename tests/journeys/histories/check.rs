//! The checks at the end of a history.

use futures::future::join_all;
use serde_json::{Value, json};

use super::{room::Room, world::World};
use crate::support::{
    Client, Person,
    replica::{seq, text},
};

impl World<'_> {
    /// Asserts that every member sees the expected conversation in every way that the API offers, and that no one else sees
    /// any of it.
    pub async fn check_convergence(&mut self) {
        join_all(self.clients.iter_mut().map(async |client| {
            client.comes_online().await;
            client.listens().await;
            client.syncs().await;
        }))
        .await;
        let found = self.clients.iter().map(|client| client.found).sum();
        self.counts("lost push", found);
        join_all(self.clients.iter().map(|client| self.check_client(client))).await;
        for room in &self.rooms {
            let items = self.chat.items(&format!("CONV#{}", room.id)).await;
            assert_eq!(
                items.len() as u64,
                room.now.seq + 2,
                "the entries, the head and the conversation itself"
            );
            self.check_nothing_gone(&json!(items));
        }
    }

    async fn check_client(&self, client: &Client<'_>) {
        let person = &client.person;
        let list = person.get("/api/conversations").await.expect(200);
        let list = list["conversations"].as_array().unwrap();
        let updated: Vec<String> = list.iter().map(|listed| text(&listed["updated_at"])).collect();
        assert!(updated.is_sorted_by(|a, b| a >= b), "{updated:?}");
        for room in &self.rooms {
            let listed = list.iter().find(|listed| listed["id"] == *room.id);
            assert_eq!(listed.is_some(), room.is_member(&person.id));
            let kept = client.known.get(&room.id);
            if let Some(listed) = listed {
                assert_eq!(kept, Some(&room.now), "the client's copy");
                self.check_room(person, room, listed).await;
                continue;
            }
            assert_eq!(kept, None);
            for path in ["", "/log", "/messages"] {
                let path = format!("/api/conversations/{}{path}", room.id);
                person.get(&path).await.rejects(404, "not_found");
            }
        }
    }

    async fn check_room(&self, person: &Person<'_>, room: &Room, listed: &Value) {
        let (me, id) = (&person.id, &room.id);
        assert_eq!(person.takes_snapshot(id).await, room.now, "the messages");

        // I1, and the log contains everything.
        let log = pages(person, room).await;
        let seqs: Vec<u64> = log.iter().map(seq).collect();
        assert_eq!(seqs, (1..=room.now.seq).collect::<Vec<_>>());
        let folded = room.beginning.clone().followed_by(&log, me);
        assert_eq!(folded, room.now, "the log");
        let mine = self.snapshots.iter().filter(|(_, room, _)| self.rooms[*room].id == *id);
        for (_, _, snapshot) in mine {
            assert_eq!(snapshot.clone().followed_by(&log, me), room.now, "a snapshot and the log");
        }

        let path = format!("/api/conversations/{id}");
        let shown = person.get(&path).await.expect(200)["conversation"].clone();
        for member in shown["members"].as_array().unwrap() {
            assert_eq!(member["read_seq"], room.read[&text(&member["user"]["id"])]);
        }
        let newest = person.get(&format!("{path}/messages?limit=1")).await.expect(200);
        for shown in [listed, &shown] {
            assert_eq!(shown["title"], json!(room.now.title));
            assert_eq!(shown["member_count"], room.now.members.len());
            assert_eq!(shown["head_seq"], room.now.seq);
            assert_eq!(shown["read_seq"], room.read[me]);
            assert_eq!(shown["unread_count"], room.unread(me), "{:?}", room.read[me]);
            assert_eq!(shown["last_message"], newest["messages"][0]);
            if let Some(last) = log.last() {
                assert_eq!(shown["updated_at"], last["created_at"]);
            }
        }
        self.check_nothing_gone(&json!([log, listed, shown]));
    }

    fn check_nothing_gone(&self, value: &Value) {
        let value = value.to_string();
        for gone in &self.gone {
            assert!(!value.contains(gone), "{gone} was deleted, but is in {value}");
        }
    }
}

/// Reads the log in small pages.
async fn pages(person: &Person<'_>, room: &Room) -> Vec<Value> {
    let mut log: Vec<Value> = Vec::new();
    loop {
        let after = log.last().map_or(0, seq);
        let path = format!("/api/conversations/{}/log?limit=5&after={after}", room.id);
        let page = person.get(&path).await.expect(200);
        assert_eq!(page["head_seq"], room.now.seq);
        log.extend(page["entries"].as_array().unwrap().iter().cloned());
        if page["has_more"] == false {
            return log;
        }
    }
}
