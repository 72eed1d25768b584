//! `POST /api/password/reset-request`

use futures::future::join_all;
use local::Call;
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Answer, Chat};

const PATH: &str = "/api/password/reset-request";
const NEW: &str = "an unlit lighthouse";

#[tokio::test]
async fn a_link_to_the_configured_page_is_emailed() {
    let page = "https://chat.example.com/account?tab=password&lang=en#reset";
    let chat = Chat::with_parameters(&[
        ("ResetPageUrl", page),
        ("MailFromAddress", "hello@chat.example.com"),
        ("MailFromName", "Harbour Chat"),
    ])
    .await;
    chat.registers("Ada", "Ada@Example.com").await.expect(200);
    let answer = chat.requests_reset_link("ada@EXAMPLE.com").await;
    answer.has_the_common_headers();
    assert!(answer.expect(200)["message"].is_string());
    let mail = chat.mail_to("Ada@Example.com").await;
    assert_eq!(mail.to, "Ada@Example.com");
    assert_eq!(mail.from, "\"Harbour Chat\" <hello@chat.example.com>");
    assert_eq!(mail.subject, "Reset your Harbour Chat password");
    let beginning = "https://chat.example.com/account?tab=password&lang=en&token=";
    let (_, rest) = mail.text.split_once(beginning).expect("the link is in the text");
    let link = rest.split_whitespace().next().unwrap();
    let (token, fragment) = link.split_once('#').unwrap();
    assert_eq!((token.len(), fragment), (43, "reset"));
    assert!(token.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte)));
    // In an HTML attribute, an ampersand is escaped.
    assert!(mail.html.contains(&format!("token={token}#reset")), "{}", mail.html);
    assert!(!mail.html.contains("password&lang"));
    chat.tries_to_reset(token, NEW).await.expect(200);
    chat.mail_to("Ada@Example.com").await;
}

fn without_id(answer: &Answer) -> (u16, Value, Vec<(String, String)>) {
    let own = ["date", "x-request-id", "apigw-requestid"];
    let mut headers: Vec<(String, String)> = answer
        .headers
        .iter()
        .filter(|(name, _)| !own.contains(&name.as_str()))
        .map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()))
        .collect();
    headers.sort();
    (answer.status, answer.body.clone(), headers)
}

/// The calls without the values that differ each time.
fn shape(calls: &[Call]) -> Vec<(String, bool, usize, u64, u64, Option<String>)> {
    let mut shape: Vec<_> = calls
        .iter()
        .map(|call| {
            let size = call.request.to_string().len();
            let units = ((call.read_units * 2.0) as u64, (call.write_units * 2.0) as u64);
            (call.operation.clone(), call.consistent, size, units.0, units.1, call.error.clone())
        })
        .collect();
    shape.sort();
    shape
}

/// I8: both cases have the same status, body, headers, table calls, sizes and units, below and above the limit on emails.
#[tokio::test]
async fn a_known_and_an_unknown_address_are_indistinguishable() {
    let chat = Chat::start().await;
    chat.registers("Ada", "ada@example.com").await.expect(200);
    chat.requests_reset_link("zoe@example.com").await.expect(200);
    for round in 0..5 {
        let (known, calls_known) = chat.calls_of(chat.requests_reset_link("ada@example.com")).await;
        let (unknown, calls_unknown) =
            chat.calls_of(chat.requests_reset_link("eve@example.com")).await;
        assert_eq!(known.status, 200);
        assert_eq!(without_id(&known), without_id(&unknown));
        assert_eq!(shape(&calls_known), shape(&calls_unknown), "round {round}");
        let writes = calls_known.iter().filter(|call| call.operation == "TransactWriteItems");
        assert_eq!(writes.count(), usize::from(round < 3));
    }
    chat.stack().streams().settled().await;
    for _ in 0..3 {
        chat.mail_to("ada@example.com").await;
    }
    assert!(chat.stack().mail().mails().iter().all(|mail| mail.to == "ada@example.com"));
}

/// A request for an unknown address leaves nothing in the outbox.
#[tokio::test]
async fn an_email_to_an_unknown_address_is_removed_and_not_sent() {
    let chat = Chat::start().await;
    chat.requests_reset_link("unknown@example.com").await.expect(200);
    chat.stack().streams().settled().await;
    assert!(chat.stack().mail().mails().is_empty());
    let removed = chat.stack().streams().records().into_iter().filter(|record| {
        record["eventName"] == "REMOVE"
            && record["dynamodb"]["Keys"]["pk"]["S"].as_str().unwrap().starts_with("OUTBOX#")
    });
    assert_eq!(removed.count(), 1);
}

#[tokio::test]
async fn three_emails_an_hour_are_sent_and_further_requests_invalidate_nothing() {
    let chat = Chat::start().await;
    let ada = chat.joins("Ada").await;
    for _ in 0..2 {
        ada.requests_reset_token().await;
    }
    let third = ada.requests_reset_token().await;
    for _ in 0..3 {
        chat.requests_reset_link(&ada.email).await.expect(200);
    }
    chat.stack().streams().settled().await;
    assert!(chat.stack().mail().unread().is_empty());
    chat.advance(25 * 60);
    chat.tries_to_reset(&third, NEW).await.expect(200);
    chat.mail_to(&ada.email).await;
    chat.advance(36 * 60);
    ada.requests_reset_token().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn many_concurrent_requests_send_three_emails_with_one_valid_link() {
    let chat = Chat::start().await;
    let ada = chat.joins("Ada").await;
    let answers = join_all((0..8).map(|_| chat.requests_reset_link(&ada.email))).await;
    assert!(answers.iter().all(|answer| answer.status == 200));
    let mut good = 0;
    let mut tokens = Vec::new();
    for _ in 0..3 {
        tokens.push(chat.token_mailed_to(&ada.email).await);
    }
    for token in &tokens {
        good += usize::from(chat.tries_to_reset(token, NEW).await.status == 200);
    }
    assert_eq!(good, 1);
    chat.mail_to(&ada.email).await;
    chat.stack().streams().settled().await;
}

#[tokio::test]
async fn a_source_can_request_a_hundred_resets_an_hour() {
    let chat = Chat::with_parameters(&[("ResetRequestsPerSource", "3")]).await;
    for n in 0..3 {
        chat.requests_reset_link(&format!("unknown{n}@example.com")).await.expect(200);
    }
    let rejected = chat.requests_reset_link("unknown@example.com").await;
    rejected.rejects(429, "too_many_reset_requests");
    assert_eq!(rejected.header("retry-after"), "3600");
    chat.advance(60 * 60);
    chat.requests_reset_link("unknown@example.com").await.expect(200);
}

#[tokio::test]
async fn bad_bodies_and_addresses_are_rejected() {
    let chat = Chat::start().await;
    chat.rejects_bad_bodies(Method::POST, PATH, None).await;
    let long = format!("{}@example.com", "x".repeat(250));
    for (email, code) in [
        (json!(""), "invalid_request"),
        (json!("no-at-sign"), "invalid_request"),
        (json!("ada@example.com\r\nBcc: eve@example.com"), "invalid_request"),
        (json!("ada@example.com,eve@example.com"), "invalid_request"),
        (json!("ada@example.com eve@example.com"), "invalid_request"),
        (json!("Ada <ada@example.com>"), "invalid_request"),
        (json!(long), "invalid_request"),
        (json!(null), "invalid_request"),
        (json!(["ada@example.com"]), "invalid_body"),
        (json!(7), "invalid_body"),
    ] {
        let answer = chat.call(Method::POST, PATH, None, Some(json!({ "email": email }))).await;
        answer.rejects(400, code);
        assert_eq!(answer.pointers(), ["/email"], "{email}");
    }
    chat.stack().streams().settled().await;
    assert!(chat.stack().mail().mails().is_empty());
}
