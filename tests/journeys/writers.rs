//! Many concurrent writers in one conversation.

use std::collections::{BTreeMap, BTreeSet};

use futures::future::join_all;
use serde_json::{Value, json};

use crate::support::{Chat, Person, client_id};

const WRITERS: usize = 16;
const MESSAGES: usize = 12;

/// Sends one message until it is accepted, despite all failures, and returns its number.
async fn sends_until_accepted(
    person: &Person<'_>,
    conversation: &str,
    id: &str,
    content: &str,
) -> u64 {
    for _ in 0..50 {
        let answer = person.tries_to_send(conversation, id, content).await;
        match answer.status {
            200 | 201 => return answer.body["message"]["seq"].as_u64().unwrap(),
            500 | 503 => {}
            status => panic!("{status}: {}", answer.body),
        }
    }
    panic!("{content} was never accepted");
}

async fn over_http(
    person: &Person<'_>,
    conversation: &str,
    writer: usize,
) -> BTreeMap<String, u64> {
    let mut accepted = BTreeMap::new();
    for n in 0..MESSAGES {
        let (id, content) = (client_id(person.chat.now()), format!("{writer}/{n}"));
        let seq = sends_until_accepted(person, conversation, &id, &content).await;
        // A client that did not see the response sends the message again.
        if n % 3 == 0 {
            assert_eq!(sends_until_accepted(person, conversation, &id, &content).await, seq);
        }
        accepted.insert(content, seq);
    }
    accepted
}

async fn on_a_socket(
    person: &Person<'_>,
    conversation: &str,
    writer: usize,
) -> BTreeMap<String, u64> {
    let mut socket = person.comes_online().await;
    let mut accepted = BTreeMap::new();
    for n in 0..MESSAGES {
        let content = format!("{writer}/{n}");
        let send = json!({ "conversation_id": conversation, "client_id": client_id(person.chat.now()), "content": content });
        // Send the same message twice concurrently, as an impatient client does.
        let (one, two) =
            (socket.sends("send", send.clone()).await, socket.sends("send", send.clone()).await);
        let mut seqs = BTreeSet::new();
        for id in [one, two] {
            if let Ok(reply) = socket.reply_to(&id).await {
                seqs.insert(reply["message"]["seq"].as_u64().unwrap());
            }
        }
        while seqs.is_empty() {
            if let Ok(reply) = socket.asks("send", send.clone()).await {
                seqs.insert(reply["message"]["seq"].as_u64().unwrap());
            }
        }
        assert_eq!(seqs.len(), 1, "one message has one number");
        accepted.extend(seqs.pop_first().map(|seq| (content, seq)));
    }
    accepted
}

fn check(log: &[Value], accepted: &BTreeMap<String, u64>) {
    let seqs: Vec<u64> = log.iter().map(|entry| entry["seq"].as_u64().unwrap()).collect();
    assert_eq!(
        seqs,
        (1..=accepted.len() as u64).collect::<Vec<_>>(),
        "neither a gap nor a duplicate"
    );
    for entry in log {
        let content = entry["content"].as_str().unwrap();
        assert_eq!(accepted.get(content), entry["seq"].as_u64().as_ref(), "{content}");
    }
}

/// I1, I2: sixteen writers use HTTP and sockets and retry with the same ids, while the table throttles, conflicts and loses
/// responses.
#[tokio::test(flavor = "multi_thread")]
async fn sixteen_writers_produce_one_log_without_gaps_or_duplicates() {
    let chat = Chat::with_parameters(&[("EntriesPerSender", "1000")]).await;
    let (alice, bob, conversation) = chat.pair().await;
    let mut listener = bob.comes_online().await;
    for kind in [
        local::FaultKind::Throttle,
        local::FaultKind::LoseResponse,
        local::FaultKind::Conflict,
        local::FaultKind::FailAfterwards,
    ] {
        chat.stack().table().faults().add(local::Fault {
            operation: "PutItem".to_owned(),
            containing: Some("LOG#".to_owned()),
            kind,
            times: 6,
        });
    }
    let writers = (0..WRITERS).map(|writer| {
        let person = if writer % 2 == 0 { &alice } else { &bob };
        let conversation = &conversation;
        async move {
            if writer % 4 < 2 {
                over_http(person, conversation, writer).await
            } else {
                on_a_socket(person, conversation, writer).await
            }
        }
    });
    let accepted: BTreeMap<String, u64> = join_all(writers).await.into_iter().flatten().collect();
    assert_eq!(accepted.len(), WRITERS * MESSAGES);
    let log = alice.log(&conversation).await;
    check(&log, &accepted);

    // I3: the pushes, with gaps filled from the log, equal the log.
    let mut known: BTreeMap<u64, Value> = BTreeMap::new();
    for event in listener.has_heard("entry").await {
        let seq = event["seq"].as_u64().unwrap();
        assert!(known.insert(seq, event["data"].clone()).is_none(), "pushed twice: {seq}");
    }
    for entry in bob.log(&conversation).await {
        let seq = entry["seq"].as_u64().unwrap();
        assert_eq!(known.entry(seq).or_insert_with(|| entry.clone()), &entry);
    }
    assert_eq!(known.into_values().collect::<Vec<_>>(), log);

    let shown = alice.get(&format!("/api/conversations/{conversation}")).await.expect(200);
    assert_eq!(shown["conversation"]["head_seq"], accepted.len());
}
