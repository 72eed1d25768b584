//! `DELETE /api/conversations/{id}/messages/{seq}`

use serde_json::json;

use crate::support::{Chat, client_id};

#[tokio::test(flavor = "multi_thread")]
async fn a_deleted_message_keeps_its_number_and_loses_its_text_everywhere() {
    let chat = Chat::start().await;
    let (alice, bob, conversation) = chat.pair().await;
    let mut bobs = bob.comes_online().await;
    bob.says(&conversation, "a question").await;
    let path = format!("/api/conversations/{conversation}/messages");
    let id = client_id(chat.now());
    let reply = json!({ "client_id": id, "content": "a secret", "reply_to": 1 });
    alice.post(&path, reply.clone()).await.expect(201);
    alice.edits(&conversation, 2, "another secret").await.expect(200);
    bob.reacts(&conversation, 2, "tada").await.expect(200);
    bob.says(&conversation, "an answer").await;

    let deleted = alice.deletes_message(&conversation, 2).await.expect(200)["message"].clone();
    assert_eq!((&deleted["deleted"], &deleted["content"]), (&json!(true), &json!(null)));
    assert_eq!((&deleted["seq"], &deleted["reply_to"]), (&json!(2), &json!(1)));
    assert_eq!((&deleted["client_id"], &deleted["reactions"]), (&json!(id), &json!([])));
    loop {
        let event = bobs.hears("entry").await;
        if event["data"]["type"] == "delete" {
            assert_eq!(event["data"]["message"], deleted);
            break;
        }
    }
    assert_eq!(alice.deletes_message(&conversation, 2).await.expect(200)["message"], deleted);
    assert_eq!(alice.post(&path, reply).await.expect(200)["message"], deleted);
    assert_eq!(bob.messages(&conversation).await[1], deleted);
    let log = bob.log(&conversation).await;
    assert_eq!(log.len(), 6, "deleted once");
    let items = chat.items(&format!("CONV#{conversation}")).await;
    for places in [serde_json::to_string(&log), serde_json::to_string(&items)] {
        assert!(!places.unwrap().contains("secret"), "no deleted text is left");
    }
}

/// A list shows the newest message. The deletion removes its text there in the same write.
#[tokio::test]
async fn a_list_shows_no_deleted_text() {
    let chat = Chat::start().await;
    let (alice, bob, conversation) = chat.pair().await;
    alice.says(&conversation, "a secret").await;
    crate::support::loses_a_head(&chat);
    let delete = alice.deletes_message(&conversation, 1).await.expect(200);
    let list = bob.get("/api/conversations").await.expect(200);
    assert_eq!(list["conversations"][0]["last_message"], delete["message"]);
    chat.stack().table().faults().clear();
}

#[tokio::test]
async fn only_the_sender_or_an_admin_can_delete_a_message() {
    let chat = Chat::start().await;
    let (alice, bob, conversation) = chat.pair().await;
    let carol = chat.joins("Carol").await;
    alice.says(&conversation, "hi").await;
    bob.deletes_message(&conversation, 1).await.rejects(403, "forbidden");
    carol.deletes_message(&conversation, 1).await.rejects(404, "not_found");
    let group = alice.creates_group("Harbour", &[&bob, &carol]).await;
    bob.says(&group, "hi").await;
    carol.deletes_message(&group, 1).await.rejects(403, "forbidden");
    let deleted = alice.deletes_message(&group, 1).await.expect(200);
    assert_eq!(deleted["message"]["sender_id"], bob.id);
    assert_eq!(carol.log(&group).await[1]["sender_id"], alice.id);
}

/// In any order of the writes, no text reappears, and the log ends with the deletion.
#[tokio::test(flavor = "multi_thread")]
async fn a_deletion_and_concurrent_edits_leave_no_text() {
    let chat = Chat::start().await;
    let (alice, bob, conversation) = chat.pair().await;
    let said = alice.says(&conversation, "hi").await;
    let seq = said["seq"].as_u64().unwrap();
    let (one, deleted, two) = tokio::join!(
        alice.edits(&conversation, seq, "secret one"),
        alice.deletes_message(&conversation, seq),
        alice.edits(&conversation, seq, "secret two"),
    );
    deleted.expect(200);
    for answer in [one, two] {
        assert!(matches!((answer.status, answer.code()), (200, _) | (409, "message_deleted")));
    }
    let log = bob.log(&conversation).await;
    assert_eq!(log.last().unwrap()["type"], "delete");
    let list = bob.get("/api/conversations").await.expect(200);
    let seen = json!([log, list, bob.messages(&conversation).await]).to_string();
    assert!(!seen.contains("secret"), "{seen}");
}

/// A list gets the newest message from a hint, which may be outdated when an older message is deleted.
#[tokio::test(flavor = "multi_thread")]
async fn deleted_text_disappears_from_lists_even_if_their_hint_is_outdated() {
    let chat = Chat::start().await;
    let (alice, bob, conversation) = chat.pair().await;
    chat.stack().streams().pause();
    alice.says(&conversation, "secret").await;
    crate::support::loses_a_head(&chat);
    alice.says(&conversation, "said later").await;
    let preview = async || {
        let list = bob.get("/api/conversations").await.expect(200);
        list["conversations"][0]["last_message"]["content"].clone()
    };
    assert_eq!(preview().await, "secret", "the hint is outdated");
    // The head after the deletion is lost too, so the deletion's own write must be enough.
    crate::support::loses_a_head(&chat);
    alice.deletes_message(&conversation, 1).await.expect(200);
    assert_eq!(preview().await, "said later");
    chat.stack().streams().resume();
}

/// After concurrent reactions and a deletion, only the deletion is left.
#[tokio::test(flavor = "multi_thread")]
async fn a_deletion_and_concurrent_reactions_converge() {
    let chat = Chat::start().await;
    let (alice, bob, conversation) = chat.pair().await;
    alice.says(&conversation, "hi").await;
    let (deleted, one, two) = tokio::join!(
        alice.deletes_message(&conversation, 1),
        bob.reacts(&conversation, 1, "tada"),
        alice.reacts(&conversation, 1, "+1")
    );
    deleted.expect(200);
    for answer in [one, two] {
        assert!(matches!((answer.status, answer.code()), (200, _) | (409, "message_deleted")));
    }
    let message = &bob.messages(&conversation).await[0];
    assert_eq!((&message["deleted"], &message["reactions"]), (&json!(true), &json!([])));
    let log = bob.log(&conversation).await;
    assert_eq!(log.last().unwrap()["type"], "delete", "no reaction follows the deletion");
}
