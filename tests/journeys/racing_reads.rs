//! I3: a response that is read in several steps while others write shows one point in time. Together with the rest of the log,
//! it gives the current state.

use futures::future::join;
use local::{Fault, FaultKind, Latch};
use serde_json::{Value, json};

use crate::support::{
    Answer, Chat, Person, reached,
    replica::{Message, Replica, seq},
};

/// The key of the first entry, where queries for pages start. A query for the newest entries starts before it.
const FIRST: &str = "LOG#000000000001";

const EMOTES: [&str; 8] = ["tada", "+1", "heart", "-1", "wave", "eyes", "rocket", "fire"];

/// Asserts that a page of messages matches the log up to its head: nothing newer is in it, and nothing older is missing.
async fn is_consistent(page: &Value, reader: &Person<'_>, conversation: &str) {
    let head_seq = page["head_seq"].as_u64().unwrap();
    let mut log = reader.log(conversation).await;
    log.retain(|entry| seq(entry) <= head_seq);
    let then = Replica::default().followed_by(&log, &reader.id);
    let messages = page["messages"].as_array().unwrap();
    assert!(!messages.is_empty());
    for message in messages {
        let (shown, expected) =
            (Message::from_response(message, &reader.id), &then.messages[&seq(message)]);
        assert_eq!(shown, *expected, "at entry {head_seq}");
    }
}

/// Reads a page while reactions arrive before its steps, so that each attempt is out of date.
async fn reads_while_others_react(
    bob: &Person<'_>,
    alice: &Person<'_>,
    path: &str,
    latches: &[Latch],
    conversation: &str,
) -> Answer {
    let reactions = async {
        for (latch, emote) in latches.iter().zip(EMOTES) {
            reached(latch).await;
            for seq in [1, 2] {
                alice.reacts(conversation, seq, emote).await.expect(200);
            }
            latch.open();
        }
    };
    join(bob.get(path), reactions).await.0
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_of_messages_includes_no_reaction_after_its_head() {
    let chat = Chat::with_parameters(&[("EntriesPerSender", "1000")]).await;
    let (alice, bob, _) = chat.pair().await;
    for query in ["after=0", "before=3", "limit=1", "limit=2"] {
        for rounds in [1, 3] {
            let conversation = alice.creates_group("Harbour", &[&bob]).await;
            alice.says(&conversation, "one").await;
            bob.says(&conversation, "two").await;
            // The newest entry is not a message, so reading the newest messages also takes a second step.
            bob.reacts(&conversation, 1, "tada").await.expect(200);
            let path = format!("/api/conversations/{conversation}/messages?{query}");
            let latches: Vec<Latch> = (0..rounds).map(|_| chat.holds_up("Query", FIRST)).collect();
            let page = reads_while_others_react(&bob, &alice, &path, &latches, &conversation)
                .await
                .expect(200);
            assert_eq!(page["head_seq"], 3 + 2 * rounds, "{query}: includes the whole last round");
            is_consistent(&page, &bob, &conversation).await;
        }
    }
}

/// If others write during every attempt, the request fails instead of returning an inconsistent page.
#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_changes_during_every_read_fails() {
    let chat = Chat::with_parameters(&[("EntriesPerSender", "1000")]).await;
    let (alice, bob, conversation) = chat.pair().await;
    alice.says(&conversation, "one").await;
    bob.says(&conversation, "two").await;
    let path = format!("/api/conversations/{conversation}/messages?after=0");
    let latches: Vec<Latch> = EMOTES.iter().map(|_| chat.holds_up("Query", FIRST)).collect();
    let answer = reads_while_others_react(&bob, &alice, &path, &latches, &conversation).await;
    answer.rejects(503, "unavailable");
    is_consistent(&bob.get(&path).await.expect(200), &bob, &conversation).await;
}

/// A query reads items one by one. It may see a change in its own entry before the message shows it.
#[tokio::test(flavor = "multi_thread")]
async fn a_change_that_is_visible_only_in_its_entry_is_read_again() {
    let chat = Chat::start().await;
    let (alice, bob, conversation) = chat.pair().await;
    let said = alice.says(&conversation, "old").await;
    let path = format!("/api/conversations/{conversation}");
    let page = format!("{path}/messages?after=0");
    let (_, before) = chat.calls_of(bob.get(&page)).await;
    alice.edits(&conversation, 1, "new").await.expect(200);
    alice.reacts(&conversation, 1, "tada").await.expect(200);
    for (path, first, text) in [
        (format!("{path}/log"), "/entries/0", "/entries/1/message/content"),
        (page, "/messages/0", "/messages/0/content"),
    ] {
        let (whole, read) = chat.calls_of(bob.get(&path)).await;
        let whole = whole.expect(200);
        assert_eq!(whole.pointer(text), Some(&json!("new")));
        assert_eq!(whole.pointer(first).unwrap()["seq"], said["seq"]);
        let of_page = |calls: &[local::Call]| {
            let mut queries = calls.iter().filter(|call| call.operation == "Query");
            queries.find(|call| call.request.to_string().contains(FIRST)).unwrap().response.clone()
        };
        let mut torn = of_page(&read);
        torn["Items"][0] = of_page(&before)["Items"][0].clone();
        assert_eq!(torn["Items"].as_array().unwrap().len(), 3);
        chat.stack().table().faults().add(Fault {
            operation: "Query".to_owned(),
            containing: Some(FIRST.to_owned()),
            kind: FaultKind::Respond(200, torn),
            times: 1,
        });
        let answer = bob.get(&path).await.expect(200);
        assert_eq!(answer.pointer(text), Some(&json!("new")), "{path}");
        assert_eq!(answer["head_seq"], 3);
    }
}

/// Even if a message is edited while a page of the log is read, the page and the rest of the log give the current state.
#[tokio::test(flavor = "multi_thread")]
async fn a_log_page_and_the_rest_of_the_log_give_the_current_state() {
    let chat = Chat::start().await;
    let (alice, bob, _) = chat.pair().await;
    for (operation, containing, query) in [
        ("Query", FIRST, ""),
        ("Query", FIRST, "?limit=2"),
        ("Query", FIRST, "?limit=3"),
        ("BatchGetItem", FIRST, "?after=1"),
        ("BatchGetItem", FIRST, "?after=1&limit=2"),
    ] {
        let conversation = alice.creates_group("Harbour", &[&bob]).await;
        alice.says(&conversation, "one").await;
        alice.says(&conversation, "two").await;
        let at_first = bob.takes_snapshot(&conversation).await;
        alice.edits(&conversation, 1, "edited once").await.expect(200);
        let path = format!("/api/conversations/{conversation}/log{query}");
        // A page after the first entry starts its read there.
        let latch = chat.holds_up(operation, containing);
        let edit = async {
            reached(&latch).await;
            alice.edits(&conversation, 1, "edited twice").await.expect(200);
            latch.open();
        };
        let page = join(bob.get(&path), edit).await.0.expect(200);
        let entries = page["entries"].as_array().unwrap();
        let (first, last) = (seq(&entries[0]), seq(entries.last().unwrap()));
        let head_seq = page["head_seq"].as_u64().unwrap();
        assert!(head_seq >= last && page["has_more"] == (head_seq > last), "{page}");
        let start = match first {
            1 => Replica { seq: 0, messages: Default::default(), ..at_first },
            _ => Replica { seq: 1, messages: at_first.messages, ..at_first },
        };
        let mut start = start;
        start.messages.retain(|seq, _| *seq < first);
        let log = bob.log(&conversation).await;
        let then = start.followed_by(entries, &bob.id).followed_by(&log, &bob.id);
        assert_eq!(then, bob.takes_snapshot(&conversation).await, "{operation} {query}");
        assert!(!page.to_string().contains("edited once"), "the older text is not shown");
    }
}
