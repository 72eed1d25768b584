//! `DELETE /api/conversations/{id}/members/{user_id}`

use serde_json::json;

use crate::support::{Chat, ulid};

#[tokio::test(flavor = "multi_thread")]
async fn a_departure_is_announced_and_hides_the_group() {
    let chat = Chat::start().await;
    let (alice, bob, carol) =
        (chat.joins("Alice").await, chat.joins("Bob").await, chat.joins("Carol").await);
    let group = alice.creates_group("Harbour", &[&bob, &carol]).await;
    let mut sockets = [bob.comes_online().await, carol.comes_online().await];
    bob.removes(&group, &carol).await.rejects(403, "forbidden");
    let answer = alice.removes(&group, &carol).await;
    answer.has_the_common_headers();
    answer.expect(200);
    for socket in &mut sockets {
        let entry = socket.hears("entry").await["data"].clone();
        assert_eq!(
            (&entry["type"], &entry["user_id"]),
            (&json!("member_removed"), &json!(carol.id))
        );
        assert_eq!((&entry["sender_id"], &entry["role"]), (&json!(alice.id), &json!("member")));
    }
    carol.get(&format!("/api/conversations/{group}")).await.rejects(404, "not_found");
    assert_eq!(carol.get("/api/conversations").await.expect(200)["pagination"]["total_items"], 0);
    alice.removes(&group, &carol).await.rejects(404, "not_found");
    bob.removes(&group, &bob).await.expect(200);
    bob.removes(&group, &bob).await.rejects(404, "not_found");
    assert_eq!(alice.log(&group).await[1]["sender_id"], bob.id);
}

#[tokio::test]
async fn a_group_keeps_an_admin_and_closes_without_members() {
    let chat = Chat::start().await;
    let (alice, bob, carol) =
        (chat.joins("Alice").await, chat.joins("Bob").await, chat.joins("Carol").await);
    let group = alice.creates_group("Harbour", &[&bob, &carol]).await;
    alice.removes(&group, &alice).await.rejects(409, "last_admin");
    alice.adds(&group, &bob, Some("admin")).await.expect(200);
    // If both leave at the same time, one stays.
    let (one, other) = tokio::join!(alice.removes(&group, &alice), bob.removes(&group, &bob));
    let mut outcomes = [(one.status, one.code()), (other.status, other.code())];
    outcomes.sort_unstable();
    assert_eq!(outcomes, [(200, ""), (409, "last_admin")]);
    let last = if one.status == 409 { &alice } else { &bob };
    last.removes(&group, &carol).await.expect(200);
    last.removes(&group, last).await.expect(200);
    for person in [&alice, &bob, &carol] {
        person.get(&format!("/api/conversations/{group}")).await.rejects(404, "not_found");
        person.adds(&group, &bob, None).await.rejects(404, "not_found");
        let list = person.get("/api/conversations").await.expect(200);
        assert_eq!(list["conversations"], json!([]));
    }
}

/// The write succeeds, but every attempt reports a failure. The removal is still found, confirmed and announced.
#[tokio::test(flavor = "multi_thread")]
async fn a_removal_with_a_lost_response_takes_effect_once() {
    let chat = Chat::start().await;
    let (alice, bob, carol) =
        (chat.joins("Alice").await, chat.joins("Bob").await, chat.joins("Carol").await);
    let group = alice.creates_group("Harbour", &[&bob, &carol]).await;
    let mut alices = alice.comes_online().await;
    for (remover, removed) in [(&bob, &bob), (&alice, &carol)] {
        let mut sockets = [removed.comes_online().await];
        chat.stack().table().faults().add(local::Fault {
            operation: "TransactWriteItems".to_owned(),
            containing: Some("LOG#".to_owned()),
            kind: local::FaultKind::FailAfterwards,
            // The first attempt and all retries of the SDK.
            times: 3,
        });
        remover.removes(&group, removed).await.expect(200);
        for socket in sockets.iter_mut().chain([&mut alices]) {
            assert_eq!(socket.hears("entry").await["data"]["user_id"], removed.id);
        }
    }
    assert_eq!(alice.log(&group).await.len(), 2);
}

#[tokio::test]
async fn a_user_who_is_not_a_member_is_not_found() {
    let chat = Chat::start().await;
    let (alice, bob) = (chat.joins("Alice").await, chat.joins("Bob").await);
    let group = alice.creates_group("Harbour", &[]).await;
    alice.removes(&group, &bob).await.rejects(404, "not_found");
    bob.removes(&group, &alice).await.rejects(404, "not_found");
    let stranger = ulid(chat.now());
    let lower = alice.id.to_lowercase();
    for name in ["x", "%00", "%2e%2e%2f", "..%2F", &*stranger, &*lower] {
        let path = format!("/api/conversations/{group}/members/{name}");
        alice.delete(&path).await.rejects(404, "not_found");
    }
    assert!(alice.log(&group).await.is_empty());
}
