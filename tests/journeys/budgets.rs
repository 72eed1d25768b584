//! The costs of requests, from the engine's own capacity figures, which are the same in each run.

use futures::{StreamExt as _, stream};
use local::{Call, Fault, FaultKind, Latch};
use serde_json::json;

use crate::support::{Chat, Person, client_id};

struct Cost {
    reads: f64,
    writes: f64,
    calls: usize,
}

/// Splits a request's calls into the overhead, which is the one read that identifies the caller, and the request's own cost.
fn split(calls: &[Call]) -> (Cost, Cost) {
    let is_overhead = |call: &&Call| {
        let body = call.request.to_string();
        call.operation == "GetItem" && (body.contains("SESSION#") || body.contains("CONNECTION#"))
    };
    let (overhead, own): (Vec<&Call>, Vec<&Call>) = calls.iter().partition(is_overhead);
    (sum(&overhead), sum(&own))
}

fn sum(calls: &[&Call]) -> Cost {
    Cost {
        reads: calls.iter().map(|call| call.read_units).sum(),
        writes: calls.iter().map(|call| call.write_units).sum(),
        calls: calls.len(),
    }
}

#[track_caller]
fn is_cheap_overhead(overhead: &Cost) {
    assert!(overhead.reads <= 1.0 && overhead.writes == 0.0 && overhead.calls == 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_direct_message_costs_two_writes_and_three_reads() {
    let chat = Chat::start().await;
    let (alice, bob, conversation) = chat.pair().await;
    let (mut alices, mut bobs) = (alice.comes_online().await, bob.comes_online().await);
    for n in 0..20 {
        alice.says(&conversation, &format!("message {n}")).await;
    }
    chat.stack().sockets().record();
    let (_, over_http) = chat.calls_of(alice.says(&conversation, "How are you?")).await;
    assert_eq!(chat.stack().sockets().recorded().len(), 2, "one post to each socket");

    chat.stack().sockets().record();
    let send = json!({ "conversation_id": conversation, "client_id": client_id(chat.now()), "content": "And you?" });
    let sent = async {
        let seq = alices.asks("send", send).await.unwrap()["message"]["seq"].clone();
        while bobs.hears("entry").await["seq"] != seq {}
        // The head is written after the reply, concurrently with the pushes.
        let head = async || alice.get("/api/conversations").await.expect(200);
        while head().await["conversations"][0]["head_seq"] != seq {}
    };
    let ((), mut on_socket) = chat.calls_of(sent).await;
    on_socket.retain(|call| call.function == "RealtimeFunction");
    assert_eq!(chat.stack().sockets().recorded().len(), 2, "the reply and one push");

    for calls in [&over_http, &on_socket] {
        let (overhead, own) = split(calls);
        is_cheap_overhead(&overhead);
        assert!(own.writes <= 2.0, "{} write units", own.writes);
        assert!(own.reads + overhead.reads <= 3.0, "{} read units", own.reads + overhead.reads);
        assert!(own.calls <= 4, "{} calls", own.calls);
    }
}

/// A message in a group costs two writes for any number of members, half a read unit for each member, and one post to each
/// socket. One batch reads the members' sockets.
#[tokio::test(flavor = "multi_thread")]
async fn a_group_message_costs_two_writes_and_half_a_read_per_member() {
    const DEVICES: usize = 2;
    let chat = Chat::with_parameters(&[("EntriesPerSender", "1000")]).await;
    let names: Vec<String> = (0..100).map(|n| format!("Member{n}")).collect();
    let people: Vec<Person<'_>> =
        stream::iter(&names).map(|name| chat.joins(name)).buffered(4).collect().await;
    let sizes = [2, 10, 100];
    let mut groups = Vec::new();
    for members in sizes {
        let others: Vec<&Person<'_>> = people[1..members].iter().collect();
        let group = people[0].creates_group("Everyone", &others).await;
        // Each entry lists recent senders with their times.
        for person in people[..members].iter().cycle().take(10.max(members)) {
            person.says(&group, "Here I am.").await;
        }
        groups.push(group);
    }
    let mut sockets = Vec::new();
    for person in &people {
        for _ in 0..DEVICES {
            sockets.push(person.comes_online().await);
        }
    }
    // If the first read does not cover the last 10 s, a second read does.
    chat.advance(11);
    let mut costs = Vec::new();
    for (members, group) in sizes.into_iter().zip(&groups) {
        chat.stack().sockets().record();
        let (_, calls) = chat.calls_of(people[0].says(group, "How are you?")).await;
        let posts = chat.stack().sockets().recorded().len();
        let (overhead, own) = split(&calls);
        is_cheap_overhead(&overhead);
        costs.push((members, own.calls, own.reads, own.writes, posts));
    }
    assert_eq!(
        costs,
        [(2, 5, 2.5, 2.0, 4), (10, 5, 6.5, 2.0, 20), (100, 5, 52.0, 2.0, 200)],
        "members, calls, read units, write units, posts"
    );
}

/// A change of a message is written with the message in one transaction: two units for each of the two items, and one for the
/// head.
#[tokio::test(flavor = "multi_thread")]
async fn changing_a_message_costs_five_writes() {
    let chat = Chat::start().await;
    let (alice, bob, conversation) = chat.pair().await;
    let _sockets = (alice.comes_online().await, bob.comes_online().await);
    for n in 0..10 {
        alice.says(&conversation, &format!("message {n}")).await;
    }
    // Skip the extra read for the rate limit, which happens only if the last 10 s have many entries.
    chat.advance(11);
    let costs = [
        chat.calls_of(bob.reacts(&conversation, 5, "tada")).await,
        chat.calls_of(bob.unreacts(&conversation, 5, "tada")).await,
        chat.calls_of(alice.edits(&conversation, 5, "No, this.")).await,
        chat.calls_of(alice.deletes_message(&conversation, 5)).await,
    ]
    .map(|(answer, calls)| {
        answer.expect(200);
        let (overhead, own) = split(&calls);
        is_cheap_overhead(&overhead);
        (own.calls, own.reads, own.writes)
    });
    // Reads the log, the message, and the newest message for the head, and looks up each member's sockets for half a unit. A
    // deletion reads the newest message again, and writes the head with the message.
    let (change, deletion) = ((6, 4.0, 5.0), (7, 5.0, 6.0));
    assert_eq!(costs, [change, change, change, deletion], "calls, read units, write units");
    // A request that changes nothing writes nothing.
    let (answer, calls) = chat.calls_of(alice.deletes_message(&conversation, 5)).await;
    answer.expect(200);
    assert_eq!(sum(&calls.iter().collect::<Vec<_>>()).writes, 0.0);
}

/// Three steps in sequence: the caller and the log concurrently, the entry, then the head and the sockets concurrently.
#[tokio::test(flavor = "multi_thread")]
async fn a_send_takes_three_table_round_trips() {
    let chat = Chat::start().await;
    let (alice, bob, conversation) = chat.pair().await;
    let _bobs = bob.comes_online().await;
    let delay = |operation: &str, latch: &Latch| Fault {
        operation: operation.to_owned(),
        containing: None,
        kind: FaultKind::Delay(latch.clone()),
        times: 1,
    };
    let (first, entry, last) = (Latch::new(), Latch::new(), Latch::new());
    let faults = chat.stack().table().faults();
    let for_head = |fault: Fault| Fault { containing: Some("HEAD".to_owned()), ..fault };
    let for_entry = |fault: Fault| Fault { containing: Some("LOG#".to_owned()), ..fault };
    faults.add(delay("GetItem", &first));
    faults.add(delay("Query", &first));
    faults.add(for_head(delay("PutItem", &last)));
    faults.add(for_entry(delay("PutItem", &entry)));
    faults.add(delay("BatchGetItem", &last));
    let steps = async {
        // Both calls arrive before either gets a response.
        first.reached(2).await;
        first.open();
        entry.reached(1).await;
        entry.open();
        last.reached(2).await;
        last.open();
    };
    let ((_, ()), calls) =
        chat.calls_of(async { tokio::join!(alice.says(&conversation, "hi"), steps) }).await;
    assert_eq!(calls.len(), 5);
}

#[tokio::test]
async fn a_login_costs_six_writes_and_four_reads() {
    let chat = Chat::start().await;
    chat.registers("Ada", "ada@example.com").await.expect(200);
    let login = || chat.tries_to_log_in("ada@example.com", "a quiet harbour at dawn");
    // The first login, and one with nearly the maximum number of sessions.
    for sessions in [0, 48] {
        for _ in 0..sessions {
            login().await.expect(200);
        }
        let (answer, calls) = chat.calls_of(login()).await;
        answer.expect(200);
        let cost = sum(&calls.iter().collect::<Vec<_>>());
        assert!(cost.writes <= 6.0, "{} write units", cost.writes);
        assert!(cost.reads <= 4.0, "{} read units", cost.reads);
    }
}

#[tokio::test]
async fn a_page_of_messages_costs_one_call_and_what_it_reads() {
    let chat = Chat::with_parameters(&[("EntriesPerSender", "1000")]).await;
    let (alice, bob, conversation) = chat.pair().await;
    for n in 0..120 {
        alice.says(&conversation, &format!("message {n}")).await;
    }
    for query in ["", "?before=100", "?after=10"] {
        let path = format!("/api/conversations/{conversation}/messages{query}");
        let (page, calls) = chat.calls_of(bob.get(&path)).await;
        let page = page.expect(200);
        assert_eq!(page["messages"].as_array().unwrap().len(), 50);
        let (overhead, own) = split(&calls);
        is_cheap_overhead(&overhead);
        // Entries of about 400 bytes, at 4 KB per unit for a consistent read, plus one read that checks the membership.
        assert!(own.reads <= 50.0 * 420.0 / 4096.0 + 2.0, "{query}: {} read units", own.reads);
        assert!(own.calls <= 2, "{query}: {} calls", own.calls);
        assert!(calls.iter().all(|call| call.consistent), "every read is consistent");
    }
}

#[tokio::test]
async fn a_page_of_conversations_costs_less_than_one_read_per_conversation() {
    let chat = Chat::start().await;
    let alice = chat.joins("Alice").await;
    for n in 0..60 {
        let body = chat.registers("X", &format!("x{n}@example.com")).await.expect(200);
        let direct = json!({ "kind": "direct", "user_id": body["user"]["id"] });
        alice.post("/api/conversations", direct).await.expect(201);
    }
    for page in [1, 2] {
        let path = format!("/api/conversations?page={page}");
        let (answer, calls) = chat.calls_of(alice.get(&path)).await;
        assert_eq!(answer.expect(200)["conversations"].as_array().unwrap().len(), 30);
        let (overhead, own) = split(&calls);
        is_cheap_overhead(&overhead);
        assert!(own.reads <= 60.0, "{} read units", own.reads);
        assert!(own.calls <= 3, "{} calls", own.calls);
    }
}

/// No cost of a message grows with the log.
#[tokio::test]
async fn the_cost_of_a_send_does_not_grow_with_the_log() {
    let chat = Chat::with_parameters(&[("EntriesPerSender", "1000")]).await;
    let (alice, _bob, conversation) = chat.pair().await;
    let mut costs = Vec::new();
    for n in 1..=400 {
        let (_, calls) = chat.calls_of(alice.says(&conversation, "hi")).await;
        if n == 20 || n == 400 {
            let cost = sum(&calls.iter().collect::<Vec<_>>());
            costs.push((cost.reads.to_string(), cost.writes.to_string(), cost.calls));
        }
    }
    assert_eq!(costs[0], costs[1]);
}
