//! `GET /api/auth/validate`, and the validity of tokens.

use reqwest::Method;

use crate::support::{Answer, Chat};

const PATH: &str = "/api/auth/validate";

#[tokio::test]
async fn a_token_identifies_its_user() {
    let chat = Chat::start().await;
    let ada = chat.joins("Ada").await;
    let body = ada.get(PATH).await.expect(200);
    assert_eq!(body["user"]["id"], ada.id);
    assert_eq!(body["user"]["email"], ada.email);
    assert!(body["message"].is_string());
}

#[tokio::test]
async fn the_authorization_scheme_is_case_insensitive() {
    let chat = Chat::start().await;
    let ada = chat.joins("Ada").await;
    for scheme in ["Bearer", "bearer", "BEARER"] {
        let request = chat
            .http
            .get(chat.url(PATH))
            .header("authorization", format!("{scheme} {}", ada.token));
        assert_eq!(request.send().await.unwrap().status(), 200);
    }
}

#[tokio::test]
async fn a_bad_token_is_rejected_as_rfc_6750_requires() {
    let chat = Chat::start().await;
    let ada = chat.joins("Ada").await;
    let anonymous = chat.call(Method::GET, PATH, None, None).await;
    anonymous.rejects(401, "unauthenticated");
    assert_eq!(anonymous.header("www-authenticate"), "Bearer");

    let parts: Vec<&str> = ada.token.split('.').collect();
    let encode = |json: &str| data_encoding::BASE64URL_NOPAD.encode(json.as_bytes());
    let flipped = {
        let middle = ada.token.len() - 8;
        let other = if &ada.token[middle..=middle] == "A" { 'B' } else { 'A' };
        format!("{}{other}{}", &ada.token[..middle], &ada.token[middle + 1..])
    };
    let unsigned = format!("{}.{}.", encode(r#"{"alg":"none","typ":"JWT"}"#), parts[1]);
    let other_algorithm =
        format!("{}.{}.{}", encode(r#"{"alg":"HS512","typ":"JWT"}"#), parts[1], parts[2]);
    let bad = [
        "Bearer".to_owned(),
        "Bearer ".to_owned(),
        "Bearer x".to_owned(),
        "Bearer a.b.c".to_owned(),
        format!("Basic {}", ada.token),
        format!("Bearer {flipped}"),
        format!("Bearer {unsigned}"),
        format!("Bearer {other_algorithm}"),
        format!("Bearer {} {}", ada.token, ada.token),
        format!("Bearer {}", "x".repeat(4_000)),
    ];
    for value in bad {
        let request = chat.http.get(chat.url(PATH)).header("authorization", &value);
        let answer = Answer::to(&Method::GET, request.send().await.unwrap()).await;
        answer.rejects(401, "invalid_token");
        assert_eq!(answer.header("www-authenticate"), "Bearer error=\"invalid_token\"", "{value}");
    }
}

#[tokio::test]
async fn a_token_from_another_deployment_is_rejected() {
    let (chat, other) = (Chat::start().await, Chat::with_own_stack().await);
    let eve = other.joins("Eve").await;
    chat.call(Method::GET, PATH, Some(&eve.token), None).await.rejects(401, "invalid_token");
}

#[tokio::test]
async fn a_session_ends_after_thirty_days() {
    let chat = Chat::start().await;
    let ada = chat.joins("Ada").await;
    chat.advance(30 * 86_400 - 60);
    ada.get(PATH).await.expect(200);
    chat.advance(61);
    ada.get(PATH).await.rejects(401, "invalid_token");
}

#[tokio::test]
async fn after_a_key_rotation_old_and_new_tokens_are_valid() {
    let chat = Chat::start().await;
    let ada = chat.joins("Ada").await;
    let header = |token: &str| token.split('.').next().unwrap().to_owned();
    chat.stack().secrets().rotate().unwrap();
    ada.get(PATH).await.expect(200);
    // Running functions reload the keys after an hour.
    chat.advance(60 * 60);
    let phone = ada.on_another_device().await;
    assert_ne!(header(&phone.token), header(&ada.token), "signed with another key");
    // A function that has not reloaded its keys does so when it sees an unknown key.
    phone.get("/api/conversations").await.expect(200);
    ada.get(PATH).await.expect(200);
    chat.stack().secrets().rotate().unwrap();
    chat.advance(60 * 60);
    phone.get(PATH).await.expect(200);
    ada.get(PATH).await.rejects(401, "invalid_token");
}
