//! What things cost, counted from the engine's own capacity figures: numbers that repeat.

use futures::{StreamExt as _, stream};
use local::{Call, Fault, FaultKind, Latch};
use serde_json::json;

use crate::support::{Chat, Person, client_id};

struct Cost {
    reads: f64,
    writes: f64,
    calls: usize,
}

/// The overhead of a request is the one read that tells who asks; the rest is its own.
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
async fn a_send_between_two_costs_two_writes_and_three_reads() {
    let chat = Chat::start().await;
    let (alice, bob, conversation) = chat.pair().await;
    let (mut alices, mut bobs) = (alice.comes_online().await, bob.comes_online().await);
    for n in 0..20 {
        alice.says(&conversation, &format!("message {n}")).await;
    }
    chat.stack().sockets().record();
    let (_, over_http) = chat.calls_of(alice.says(&conversation, "FaultKind are you?")).await;
    assert_eq!(chat.stack().sockets().recorded().len(), 2, "one post for each socket");

    chat.stack().sockets().record();
    let send = json!({ "conversation_id": conversation, "client_id": client_id(chat.now()), "content": "And you?" });
    let sent = async {
        let seq = alices.asks("send", send).await.unwrap()["message"]["seq"].clone();
        while bobs.hears("entry").await["seq"] != seq {}
        // The head comes after the reply, beside the pushes.
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

/// What a message costs in a group: two writes however many read it; half a read unit for each member, whose sockets are looked
/// up in one batch; and a post for each socket.
#[tokio::test(flavor = "multi_thread")]
async fn a_send_to_a_group_costs_two_writes_and_half_a_read_for_each_member() {
    const DEVICES: usize = 2;
    let chat = Chat::with_parameters(&[("EntriesPerSender", "1000")]).await;
    let names: Vec<String> = (0..100).map(|n| format!("Member{n}")).collect();
    let people: Vec<Person<'_>> =
        stream::iter(&names).map(|name| chat.joins(name)).buffered(4).collect().await;
    let sizes = [2, 10, 100];
    let mut groups = Vec::new();
    for members in sizes {
        let others: Vec<&Person<'_>> = people[1..members].iter().collect();
        let group = people[0].makes_a_group("Everybody", &others).await;
        // Whoever wrote, and when, stands in every entry.
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
    // While more is going on than the first look shows, a second one goes back 10 s.
    chat.advance(11);
    let mut costs = Vec::new();
    for (members, group) in sizes.into_iter().zip(&groups) {
        chat.stack().sockets().record();
        let (_, calls) = chat.calls_of(people[0].says(group, "FaultKind are you?")).await;
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

/// What changes a message is written with it, in one transaction: two units for each of the two, and one for the head.
#[tokio::test(flavor = "multi_thread")]
async fn a_change_of_a_message_costs_five_writes() {
    let chat = Chat::start().await;
    let (alice, bob, conversation) = chat.pair().await;
    let _sockets = (alice.comes_online().await, bob.comes_online().await);
    for n in 0..10 {
        alice.says(&conversation, &format!("message {n}")).await;
    }
    // The look back that the rate asks for while 10 s of the log are full is not a change's own cost.
    chat.advance(11);
    let costs = [
        chat.calls_of(bob.reacts(&conversation, 5, "tada")).await,
        chat.calls_of(bob.unreacts(&conversation, 5, "tada")).await,
        chat.calls_of(alice.edits(&conversation, 5, "No, this.")).await,
        chat.calls_of(alice.takes_back(&conversation, 5)).await,
    ]
    .map(|(answer, calls)| {
        answer.expect(200);
        let (overhead, own) = split(&calls);
        is_cheap_overhead(&overhead);
        (own.calls, own.reads, own.writes)
    });
    // The log, the message and the newest message, for the head; who is there is looked up for half a unit each. A deletion
    // reads the newest message once more, and writes the head with the message.
    let (change, deletion) = ((6, 4.0, 5.0), (7, 5.0, 6.0));
    assert_eq!(costs, [change, change, change, deletion], "calls, read units, write units");
    // Nothing is written where all is as intended.
    let (answer, calls) = chat.calls_of(alice.takes_back(&conversation, 5)).await;
    answer.expect(200);
    assert_eq!(sum(&calls.iter().collect::<Vec<_>>()).writes, 0.0);
}

/// Three calls in sequence: who asks and the log at once, the entry, and the head and the sockets at once.
#[tokio::test(flavor = "multi_thread")]
async fn a_send_waits_for_the_table_three_times() {
    let chat = Chat::start().await;
    let (alice, bob, conversation) = chat.pair().await;
    let _bobs = bob.comes_online().await;
    let held = |operation: &str, latch: &Latch| Fault {
        operation: operation.to_owned(),
        containing: None,
        how: FaultKind::Delay(latch.clone()),
        times: 1,
    };
    let (first, entry, last) = (Latch::new(), Latch::new(), Latch::new());
    let faults = chat.stack().table().faults();
    let of_head = |fault: Fault| Fault { containing: Some("HEAD".to_owned()), ..fault };
    let of_entry = |fault: Fault| Fault { containing: Some("LOG#".to_owned()), ..fault };
    faults.add(held("GetItem", &first));
    faults.add(held("Query", &first));
    faults.add(of_head(held("PutItem", &last)));
    faults.add(of_entry(held("PutItem", &entry)));
    faults.add(held("BatchGetItem", &last));
    let steps = async {
        // Both are there before either is answered.
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
    // The first, and one with nearly as many sessions as there may be.
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
        // Entries of some 400 bytes, read with consistency: 4 KB a unit; and the look that admits the reader.
        assert!(own.reads <= 50.0 * 420.0 / 4096.0 + 2.0, "{query}: {} read units", own.reads);
        assert!(own.calls <= 2, "{query}: {} calls", own.calls);
        assert!(calls.iter().all(|call| call.consistent), "a right depends on each");
    }
}

#[tokio::test]
async fn a_page_of_conversations_costs_less_than_one_read_for_each() {
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

/// Nothing on the path of a message grows with the log.
#[tokio::test]
async fn a_send_costs_the_same_at_the_beginning_and_far_into_a_log() {
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
