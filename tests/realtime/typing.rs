//! `typing`

use futures::{StreamExt as _, stream};
use serde_json::json;

use crate::support::{Chat, Person};

#[tokio::test(flavor = "multi_thread")]
async fn other_members_see_typing_and_nothing_is_stored() {
    let chat = Chat::start().await;
    let (alice, bob, conversation) = chat.pair().await;
    let (mut alices, mut bobs) = (alice.comes_online().await, bob.comes_online().await);
    let mut elsewhere = alice.comes_online().await;
    let reply = alices.asks("typing", json!({ "conversation_id": conversation })).await.unwrap();
    assert_eq!(reply, json!({}));
    let event = bobs.hears("typing").await;
    assert_eq!(event["conversation_id"], *conversation);
    assert_eq!(event["data"]["user_id"], alice.id);
    assert!(event["data"]["expires_at"].is_string());
    elsewhere.hears("typing").await;
    assert!(
        alices.has_heard("typing").await.is_empty(),
        "the requesting socket gets only the reply"
    );
    assert!(bob.log(&conversation).await.is_empty());
}

/// In a large group, someone is always typing.
#[tokio::test(flavor = "multi_thread")]
async fn typing_is_announced_in_groups_of_up_to_twenty() {
    let chat = Chat::start().await;
    let names: Vec<String> = (0..21).map(|n| format!("Member{n}")).collect();
    let people: Vec<Person<'_>> =
        stream::iter(&names).map(|name| chat.joins(name)).buffered(4).collect().await;
    let others: Vec<&Person<'_>> = people[1..20].iter().collect();
    let group = people[0].creates_group("Harbour", &others).await;
    let (mut writes, mut hears) = (people[0].comes_online().await, people[19].comes_online().await);
    let typing = json!({ "conversation_id": group });
    writes.asks("typing", typing.clone()).await.unwrap();
    assert_eq!(hears.hears("typing").await["data"]["user_id"], people[0].id);
    people[0].adds(&group, &people[20], None).await.expect(200);
    writes.asks("typing", typing).await.unwrap();
    chat.quiet().await;
    assert!(hears.has_heard("typing").await.is_empty());
}
