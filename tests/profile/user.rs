//! `GET /api/profile/users/{id}`

use crate::support::{Chat, ulid};

#[tokio::test]
async fn an_address_is_shown_only_to_its_owner() {
    let chat = Chat::start().await;
    let (ada, bob) = (chat.joins("Ada").await, chat.joins("Bob").await);
    let path = format!("/api/profile/users/{}", bob.id);
    let user = ada.get(&path).await.expect(200)["user"].clone();
    let mut members: Vec<&str> = user.as_object().unwrap().keys().map(String::as_str).collect();
    members.sort_unstable();
    assert_eq!(members, ["created_at", "id", "name"]);
    assert_eq!((&user["id"], &user["name"]), (&bob.id.clone().into(), &"Bob".into()));
    let own = bob.get("/api/profile").await.expect(200);
    assert_eq!(user["created_at"], own["user"]["created_at"]);
    assert_eq!(bob.get(&path).await.expect(200)["user"], own["user"]);
}

#[tokio::test]
async fn an_unknown_id_is_not_found() {
    let chat = Chat::start().await;
    let ada = chat.joins("Ada").await;
    let lower = ada.id.to_lowercase();
    let long = "0".repeat(2_000);
    for id in [
        &*ulid(chat.now()),
        "unknown",
        "0",
        &lower,
        &long,
        "..%2F..%2Fauth",
        "%00",
        "%ff",
        "%F0%9F%94%A5",
        "*",
        "USER%23x",
        &format!("{}%20", ada.id),
        &format!("%20{}", ada.id),
        &format!("{}%00", ada.id),
        &format!("{}%23foo", ada.id),
        &format!("{}%23%EF%B8%8F", ada.id),
    ] {
        ada.get(&format!("/api/profile/users/{id}")).await.rejects(404, "not_found");
    }
}

#[tokio::test]
async fn a_line_break_after_an_id_is_part_of_it() {
    let chat = Chat::start().await;
    let ada = chat.joins("Ada").await;
    ada.get(&format!("/api/profile/users/{}%0A", ada.id)).await.rejects(404, "not_found");
}
