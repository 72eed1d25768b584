//! Groups: their members and what members see.

use serde_json::json;

use crate::support::Chat;

#[tokio::test(flavor = "multi_thread")]
async fn three_users_chat_in_a_group_and_change_everything_in_it() {
    let chat = Chat::start().await;
    let (alice, bob, carol) =
        (chat.joins("Alice").await, chat.joins("Bob").await, chat.joins("Carol").await);
    let mut bobs = bob.comes_online().await;
    let mut carols = carol.comes_online().await;
    let group = alice.creates_group("Harbour", &[&bob]).await;
    assert_eq!(bobs.hears("conversation").await["data"]["title"], "Harbour");

    alice.says(&group, "hi :tada:").await;
    assert_eq!(bobs.hears("entry").await["data"]["type"], "message");
    alice.adds(&group, &carol, None).await.expect(200);
    assert_eq!(carols.hears("conversation").await["data"]["unread_count"], 0);
    assert_eq!(carols.hears("entry").await["data"]["user_id"], carol.id);
    assert_eq!(bobs.hears("entry").await["data"]["type"], "member_added");

    let edited = alice.edits(&group, 1, "ho").await.expect(200);
    assert_eq!(edited["message"]["content"], "ho");
    assert_eq!(bobs.hears("entry").await["data"]["message"]["content"], "ho");
    let reacted = bob.reacts(&group, 1, "🎉").await.expect(200);
    let reaction = &reacted["message"]["reactions"][0];
    assert_eq!((&reaction["emote"], &reaction["count"]), (&json!("tada"), &json!(1)));
    assert_eq!(reaction["mine"], true);
    assert_eq!(alice.messages(&group).await[0]["reactions"][0]["mine"], false);
    bob.deletes_message(&group, 1).await.rejects(403, "forbidden");
    let deleted = alice.deletes_message(&group, 1).await.expect(200);
    assert_eq!(deleted["message"]["deleted"], true);
    assert_eq!(deleted["message"]["content"], json!(null));

    alice.removes(&group, &bob).await.expect(200);
    bob.get(&format!("/api/conversations/{group}")).await.rejects(404, "not_found");
    alice.removes(&group, &alice).await.rejects(409, "last_admin");
    alice.adds(&group, &carol, Some("admin")).await.expect(200);
    alice.removes(&group, &alice).await.expect(200);
    let log = carol.log(&group).await;
    let types: Vec<&str> = log.iter().map(|entry| entry["type"].as_str().unwrap()).collect();
    assert_eq!(
        types,
        [
            "message",
            "member_added",
            "edit",
            "reaction_added",
            "delete",
            "member_removed",
            "member_added",
            "member_removed"
        ]
    );
    assert!(!serde_json::to_string(&log).unwrap().contains("\"ho\""), "no deleted text is left");
}
