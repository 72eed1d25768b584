//! `/api/auth/sessions`

use serde_json::json;

use crate::support::{Chat, ulid};

const PATH: &str = "/api/auth/sessions";

#[tokio::test]
async fn sessions_are_listed_with_their_user_agents() {
    let chat = Chat::start().await;
    let ada = chat.joins("Ada").await;
    chat.a_moment_passes();
    let request =
        chat.http.post(chat.url("/api/auth/login")).header("user-agent", "A".repeat(1_000));
    let body = json!({ "email": ada.email, "password": "a quiet harbour at dawn" });
    assert_eq!(request.json(&body).send().await.unwrap().status(), 200);

    let body = ada.get(PATH).await.expect(200);
    let sessions = body["sessions"].as_array().unwrap();
    assert_eq!(sessions.len(), 2);
    assert_eq!(sessions[0]["user_agent"], "A".repeat(256));
    assert_eq!(sessions[0]["current"], false);
    assert_eq!(sessions[1]["current"], true);
    assert!(sessions[1]["created_at"].as_str() < sessions[1]["expires_at"].as_str());
}

#[tokio::test(flavor = "multi_thread")]
async fn ending_a_session_ends_only_that_session_and_its_sockets() {
    let chat = Chat::start().await;
    let ada = chat.joins("Ada").await;
    let phone = ada.on_another_device().await;
    let mut on_phone = phone.comes_online().await;
    let mut here = ada.comes_online().await;
    let body = phone.get(PATH).await.expect(200);
    let current =
        body["sessions"].as_array().unwrap().iter().find(|s| s["current"] == true).unwrap();
    let id = current["id"].as_str().unwrap();

    ada.delete(&format!("{PATH}/{id}")).await.expect(200);

    let event = on_phone.hears("session_ended").await;
    assert_eq!(event["data"]["session_id"], *id);
    on_phone.is_closed().await;
    phone.get("/api/auth/validate").await.rejects(401, "invalid_token");
    here.asks("ping", json!({})).await.unwrap();
    ada.delete(&format!("{PATH}/{id}")).await.rejects(404, "not_found");
}

#[tokio::test]
async fn ending_all_other_sessions_keeps_the_current_one() {
    let chat = Chat::start().await;
    let ada = chat.joins("Ada").await;
    let (phone, tablet) = (ada.on_another_device().await, ada.on_another_device().await);
    ada.delete(PATH).await.expect(200);
    phone.get("/api/auth/validate").await.rejects(401, "invalid_token");
    tablet.get("/api/auth/validate").await.rejects(401, "invalid_token");
    assert_eq!(ada.get(PATH).await.expect(200)["sessions"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn another_users_session_is_not_found() {
    let chat = Chat::start().await;
    let (ada, eve) = (chat.joins("Ada").await, chat.joins("Eve").await);
    let body = ada.get(PATH).await.expect(200);
    let id = body["sessions"][0]["id"].as_str().unwrap();
    eve.delete(&format!("{PATH}/{id}")).await.rejects(404, "not_found");
    for unknown in [ulid(chat.now()).as_str(), "x", "%00", "%ff", &"x".repeat(3_000)] {
        eve.delete(&format!("{PATH}/{unknown}")).await.rejects(404, "not_found");
    }
    ada.get("/api/auth/validate").await.expect(200);
}
