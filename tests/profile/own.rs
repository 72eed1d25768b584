//! `GET /api/profile`

use crate::support::Chat;

#[tokio::test]
async fn a_users_own_profile_includes_the_email() {
    let chat = Chat::start().await;
    let ada = chat.joins("Ada").await;
    let answer = ada.get("/api/profile").await;
    answer.has_the_common_headers();
    let body = answer.expect(200);
    let validated = ada.get("/api/auth/validate").await.expect(200);
    assert_eq!(body["user"], validated["user"]);
    assert_eq!(body["user"]["email"], chat.address("ada@example.com"));
}
