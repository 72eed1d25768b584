//! Many concurrent writers make all kinds of changes in one group. They produce one log, and all clients converge on it.

use std::collections::BTreeMap;

use futures::future::{BoxFuture, FutureExt as _, join_all};
use local::{Fault, FaultKind};
use serde_json::{Value, json};

use crate::support::{
    Answer, Chat, Client, Person, client_id,
    replica::{Replica, seq, text},
};

const MESSAGES: usize = 6;
const EMOTES: [&str; 2] = ["tada", "+1"];

/// The accepted changes: one name for each entry that the log must contain, with its kind, sender and target.
type Accepted = Vec<String>;

/// The name by which an entry is counted. For a message it includes the client id, for an edit the message.
fn name(entry: &Value) -> String {
    let about = match entry["type"].as_str().unwrap() {
        "message" => entry["client_id"].clone(),
        "edit" | "delete" => entry["target_seq"].clone(),
        "reaction_added" | "reaction_removed" => json!([entry["target_seq"], entry["emote"]]),
        "member_added" | "member_removed" => json!([entry["user_id"], entry["role"]]),
        _ => entry["title"].clone(),
    };
    named(&text(&entry["sender_id"]), &text(&entry["type"]), &about)
}

fn named(sender_id: &str, kind: &str, about: &Value) -> String {
    format!("{sender_id} {kind} {about}")
}

/// Retries a request while the table is too busy, as a client does. The request may take effect twice, so it must be
/// repeatable.
async fn with_retries<F: Future<Output = Answer>>(send: impl Fn() -> F) -> Answer {
    loop {
        let answer = send().await;
        if answer.status != 503 {
            return answer;
        }
        answer.rejects(503, "unavailable");
    }
}

async fn sends(person: Person<'_>, group: &str, on_socket: bool) -> Accepted {
    let mut socket = person.comes_online().await;
    let mut accepted = Accepted::new();
    for n in 0..MESSAGES {
        let (id, content) = (client_id(person.chat.now()), format!("message {n}"));
        if on_socket {
            let send = json!({ "conversation_id": group, "client_id": id, "content": content });
            socket.asks("send", send.clone()).await.unwrap();
            assert_eq!(socket.asks("send", send).await.unwrap()["duplicate"], true);
        } else {
            person.tries_to_send(group, &id, &content).await.expect(201);
            person.tries_to_send(group, &id, &content).await.expect(200);
        }
        accepted.push(named(&person.id, "message", &json!(id)));
    }
    accepted
}

/// Also records each text with its `edited_at`.
async fn edits(
    person: Person<'_>,
    group: &str,
    target: u64,
    on_socket: bool,
    shown: &std::sync::Mutex<Vec<(Value, Value)>>,
) -> Accepted {
    let mut socket = person.comes_online().await;
    let mut accepted = Accepted::new();
    for n in 0..MESSAGES {
        let content = format!("edited {n}, {on_socket}");
        let answer = if on_socket {
            let edit = json!({ "conversation_id": group, "seq": target, "content": content });
            socket.asks("edit", edit).await.unwrap()
        } else {
            with_retries(|| person.edits(group, target, &content)).await.expect(200)
        };
        let message = &answer["message"];
        shown.lock().unwrap().push((message["content"].clone(), message["edited_at"].clone()));
        accepted.push(named(&person.id, "edit", &json!(target)));
    }
    accepted
}

/// Reacts to each of these messages with each emoji, and removes every third reaction.
async fn reacts(person: Person<'_>, group: &str, targets: &[u64]) -> Accepted {
    let mut socket = person.comes_online().await;
    let mut accepted = Accepted::new();
    let reactions = targets.iter().flat_map(|target| EMOTES.map(|emote| (target, emote)));
    for (n, (target, emote)) in reactions.enumerate() {
        let about = json!([target, emote]);
        let react = json!({ "conversation_id": group, "seq": target, "emote": emote });
        socket.asks("react", react.clone()).await.unwrap();
        with_retries(|| person.reacts(group, *target, emote)).await.expect(200);
        accepted.push(named(&person.id, "reaction_added", &about));
        if n % 3 == 0 {
            with_retries(|| person.unreacts(group, *target, emote)).await.expect(200);
            socket.asks("unreact", react).await.unwrap();
            accepted.push(named(&person.id, "reaction_removed", &about));
        }
    }
    accepted
}

/// Reacts to messages while they are being deleted.
async fn reacts_during_deletion(person: Person<'_>, group: &str, targets: &[u64]) -> Accepted {
    let mut accepted = Accepted::new();
    for target in targets {
        let answer = with_retries(|| person.reacts(group, *target, "tada")).await;
        match answer.status {
            200 => {
                let about = json!([target, "tada"]);
                accepted.push(named(&person.id, "reaction_added", &about));
            }
            _ => answer.rejects(409, "message_deleted"),
        }
    }
    accepted
}

async fn deletes(person: Person<'_>, group: &str, targets: &[u64]) -> Accepted {
    for target in targets {
        for _ in 0..2 {
            with_retries(|| person.deletes_message(group, *target)).await.expect(200);
        }
    }
    targets.iter().map(|target| named(&person.id, "delete", &json!(target))).collect()
}

async fn changes_roles(person: Person<'_>, group: &str, other: &Person<'_>) -> Accepted {
    let mut accepted = Accepted::new();
    for role in ["admin", "member"].into_iter().cycle().take(MESSAGES) {
        with_retries(|| person.adds(group, other, Some(role))).await.expect(200);
        accepted.push(named(&person.id, "member_added", &json!([other.id, role])));
    }
    accepted
}

async fn adds_and_removes(person: Person<'_>, group: &str, other: &Person<'_>) -> Accepted {
    let mut accepted = Accepted::new();
    let about = json!([other.id, "member"]);
    for _ in 0..MESSAGES / 2 {
        with_retries(|| person.adds(group, other, None)).await.expect(200);
        accepted.push(named(&person.id, "member_added", &about));
        person.removes(group, other).await.expect(200);
        accepted.push(named(&person.id, "member_removed", &about));
    }
    accepted
}

async fn retitles(person: Person<'_>, group: &str) -> Accepted {
    let mut accepted = Accepted::new();
    for n in 0..MESSAGES {
        let title = json!(format!("Title {n} of {}", person.id));
        let path = format!("/api/conversations/{group}");
        let retitle = || person.patch(&path, json!({ "title": title }));
        with_retries(retitle).await.expect(200);
        accepted.push(named(&person.id, "title_changed", &title));
    }
    accepted
}

fn injects_table_faults(chat: &Chat, times: usize) {
    for operation in ["PutItem", "TransactWriteItems"] {
        for kind in [
            FaultKind::Throttle,
            FaultKind::Conflict,
            FaultKind::LoseResponse,
            FaultKind::FailAfterwards,
        ] {
            chat.stack().table().faults().add(Fault {
                operation: operation.to_owned(),
                containing: Some("LOG#".to_owned()),
                kind,
                times,
            });
        }
    }
}

fn sorted(names: impl Iterator<Item = String>) -> Vec<String> {
    let mut names: Vec<String> = names.collect();
    names.sort_unstable();
    names
}

/// I1, I2, I3: the log has each accepted change once, even if the table fails or throttles.
#[tokio::test(flavor = "multi_thread")]
async fn concurrent_changes_of_all_kinds_produce_one_log() {
    let chat = Chat::with_parameters(&[("EntriesPerSender", "1000")]).await;
    let (alice, bob, carol, dan, erin) = tokio::join!(
        chat.joins("Alice"),
        chat.joins("Bob"),
        chat.joins("Carol"),
        chat.joins("Dan"),
        chat.joins("Erin"),
    );
    let group = alice.creates_group("Harbour", &[&bob, &carol, &dan]).await;
    let beginning = alice.takes_snapshot(&group).await;
    let mut listener = Client::new(dan.clone(), [(group.clone(), beginning.clone())].into());
    listener.comes_online().await;
    let mut expected = Accepted::new();
    for n in 1..=10 {
        let sent = bob.says(&group, &format!("earlier {n}")).await;
        expected.push(named(&bob.id, "message", &sent["client_id"]));
    }
    let (reacted, edited, deleted) = ([1, 2, 3, 4], 4, [5, 6, 7]);
    injects_table_faults(&chat, 4);

    let shown = std::sync::Mutex::default();
    let id = &*group;
    let mut tasks: Vec<BoxFuture<'_, Accepted>> = vec![
        sends(alice.clone(), id, false).boxed(),
        sends(alice.clone(), id, true).boxed(),
        sends(carol.clone(), id, true).boxed(),
        sends(dan.clone(), id, false).boxed(),
        edits(bob.clone(), id, edited, false, &shown).boxed(),
        edits(bob.clone(), id, edited, true, &shown).boxed(),
        deletes(alice.clone(), id, &deleted).boxed(),
        changes_roles(alice.clone(), id, &carol).boxed(),
        adds_and_removes(alice.clone(), id, &erin).boxed(),
        retitles(bob.clone(), id).boxed(),
        retitles(dan.clone(), id).boxed(),
    ];
    for person in [&bob, &carol, &dan] {
        tasks.push(reacts_during_deletion(person.clone(), id, &deleted).boxed());
        tasks.push(reacts(person.clone(), id, &reacted).boxed());
    }
    expected.extend(join_all(tasks).await.into_iter().flatten());

    // I1, and each accepted change is in the log once.
    let log = alice.log(&group).await;
    let seqs: Vec<u64> = log.iter().map(seq).collect();
    assert_eq!(seqs, (1..=expected.len() as u64).collect::<Vec<_>>());
    assert_eq!(sorted(log.iter().map(name)), sorted(expected.into_iter()));

    // All clients converge on the log.
    chat.stack().quiet().await;
    let now: Replica = alice.takes_snapshot(&group).await;
    assert_eq!(beginning.followed_by(&log, &alice.id), now);
    listener.listens().await;
    listener.syncs().await;
    assert_eq!(listener.known, BTreeMap::from([(group.clone(), now.clone())]));
    for target in deleted {
        let message = &now.messages[&target];
        assert!(message.deleted && message.content.is_none() && message.reactions.is_empty());
    }
    // The text is that of the last edit in the log.
    let last_edit = log.iter().rfind(|entry| entry["type"] == "edit").unwrap();
    let message = &now.messages[&edited];
    assert_eq!(message.edited_at, Some(text(&last_edit["created_at"])));
    let current = (json!(message.content), json!(message.edited_at));
    assert!(shown.into_inner().unwrap().contains(&current), "{current:?}");
    let last_title = log.iter().rfind(|entry| entry["type"] == "title_changed").unwrap();
    assert_eq!(now.title, Some(text(&last_title["title"])));

    chat.stack().streams().settled().await;
    for person in [&alice, &bob, &carol, &dan] {
        let list = person.get("/api/conversations").await.expect(200);
        assert_eq!(list["conversations"][0]["head_seq"], log.len());
        assert_eq!(list["conversations"][0]["title"], json!(now.title));
        assert_eq!(person.takes_snapshot(&group).await, now);
    }
    let list = erin.get("/api/conversations").await.expect(200);
    assert_eq!(list["conversations"], json!([]));
}
