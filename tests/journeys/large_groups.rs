//! A hundred members do not fit into one transaction. After a failure between two transactions, a new group exists completely
//! or not at all. A repeated request to add members continues where the first one stopped.

use futures::{StreamExt as _, future::join_all, stream};
use local::{Fault, FaultKind};
use serde_json::{Value, json};

use crate::support::{Chat, Person};

/// The number of attempts of a table call.
const TRIES: usize = 3;

/// The groups in each user's list.
async fn listed(people: &[Person<'_>]) -> Vec<Vec<String>> {
    let lists = people.iter().map(async |person| {
        let list = person.get("/api/conversations").await.expect(200);
        let listed = list["conversations"].as_array().unwrap().clone();
        assert_eq!(list["pagination"]["total_items"], listed.len());
        listed.iter().map(|listed| listed["id"].as_str().unwrap().to_owned()).collect()
    });
    join_all(lists).await
}

#[tokio::test(flavor = "multi_thread")]
async fn creating_a_large_group_is_atomic_and_filling_it_can_resume() {
    let chat = Chat::start().await;
    let names: Vec<String> = (0..100).map(|n| format!("Member{n}")).collect();
    let people: Vec<Person<'_>> =
        stream::iter(&names).map(|name| chat.joins(name)).buffered(4).collect().await;
    let ids: Vec<&str> = people.iter().map(|person| &*person.id).collect();
    let alice = &people[0];
    let fails = |containing: &str, kind: FaultKind, times: usize| {
        chat.stack().table().faults().add(Fault {
            operation: "TransactWriteItems".to_owned(),
            containing: Some(containing.to_owned()),
            kind,
            times,
        });
    };
    let body = json!({ "kind": "group", "title": "All", "user_ids": ids[1..] });
    let make = async || alice.post("/api/conversations", body.clone()).await;
    let mut last = people[99].comes_online().await;

    // The memberships are written first, then the group itself. Without the group, no membership is visible.
    for place in [ids[99], "\"HEAD\""] {
        fails(place, FaultKind::Fail, TRIES);
        make().await.rejects(500, "internal");
        assert!(listed(&people).await.iter().all(Vec::is_empty), "{place}");
        let sync = last.asks("sync", json!({ "since": {} })).await.unwrap();
        assert_eq!((&sync["conversations"], &sync["gone"]), (&json!([]), &json!([])));
    }
    assert!(last.has_heard("conversation").await.is_empty());

    // A call that fails once, or succeeds without a response, is retried and takes effect once.
    let mut groups: Vec<Value> = Vec::new();
    for place in [ids[99], "\"HEAD\""] {
        for kind in [FaultKind::Fail, FaultKind::FailAfterwards, FaultKind::LoseResponse] {
            fails(place, kind, 1);
            let made = make().await.expect(201)["conversation"].clone();
            assert_eq!(made["member_count"], 100);
            assert_eq!(last.hears("conversation").await["conversation_id"], made["id"]);
            groups.push(made["id"].clone());
        }
    }
    for list in listed(&people).await {
        assert_eq!(list.len(), groups.len());
        assert!(groups.iter().all(|id| list.iter().any(|listed| *id == **listed)));
    }

    // Several transactions add the members, and the second one fails. The first one is kept, and another request continues
    // from there.
    let group = alice.creates_group("Some", &[]).await;
    let path = format!("/api/conversations/{group}/members");
    let fill = async || alice.post(&path, json!({ "user_ids": ids[1..] })).await;
    let denied = json!({ "__type": "com.amazon.coral.service#AccessDeniedException" });
    fails(ids[60], FaultKind::Respond(400, denied), 1);
    let rejected = fill().await;
    rejected.rejects(500, "internal");
    let added = async || -> Vec<String> {
        let log = alice.log(&group).await;
        log.iter().map(|entry| entry["user_id"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(added().await, ids[1..50]);
    people[49].get(&format!("/api/conversations/{group}")).await.expect(200);
    people[60].get(&format!("/api/conversations/{group}")).await.rejects(404, "not_found");
    assert_eq!(fill().await.expect(200)["conversation"]["member_count"], 100);
    assert_eq!(added().await, ids[1..], "each member once");
    fill().await.expect(200);
    assert_eq!(added().await.len(), 99);
}
