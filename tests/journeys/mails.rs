//! I10: every email that an accepted request promised is passed to SES, despite failures in between.

use local::{Data, Fault, FaultKind, Latch, Options};
use serde_json::json;

use crate::support::{Chat, PASSWORD, Person};

const NEW: &str = "an unlit lighthouse";

/// The number of emails to a user, by subject: reset links and notices.
fn mails_to(chat: &Chat, person: &Person<'_>) -> (usize, usize) {
    let mails = chat.stack().mail().mails();
    let mine = mails.iter().filter(|mail| mail.to == person.email);
    let (links, notices): (Vec<_>, Vec<_>) =
        mine.partition(|mail| mail.subject.starts_with("Reset"));
    (links.len(), notices.len())
}

/// Requests a reset link while SES fails in this way, and returns how often the email arrived.
async fn emails_sent_under(kind: FaultKind, times: usize) -> usize {
    let chat = Chat::start().await;
    let ada = chat.joins("Ada").await;
    chat.stack().mail().faults().next("SendEmail", times, kind);
    let token = ada.requests_reset_token().await;
    chat.stack().streams().settled().await;
    let sent = mails_to(&chat, &ada).0;
    while !chat.stack().mail().unread().is_empty() {
        assert_eq!(chat.token_mailed_to(&ada.email).await, token, "each email has the same link");
    }
    chat.tries_to_reset(&token, NEW).await.expect(200);
    chat.mail_to(&ada.email).await;
    assert!(chat.stack().streams().discarded().is_empty());
    sent
}

#[tokio::test(flavor = "multi_thread")]
async fn an_email_survives_throttling_and_errors_and_arrives_once() {
    for kind in [FaultKind::Throttle, FaultKind::Fail] {
        assert_eq!(emails_sent_under(kind, 7).await, 1);
    }
}

/// SES accepted the email, but the mailer does not know, so it sends it again: delivery is "at least once".
#[tokio::test(flavor = "multi_thread")]
async fn an_email_with_a_lost_response_is_sent_again() {
    for kind in [FaultKind::LoseResponse, FaultKind::FailAfterwards] {
        assert_eq!(emails_sent_under(kind, 3).await, 4);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_email_survives_an_ses_that_does_not_respond() {
    let chat = Chat::start().await;
    let ada = chat.joins("Ada").await;
    let latch = Latch::new();
    chat.stack().mail().faults().next("SendEmail", 1, FaultKind::Delay(latch.clone()));
    // The first attempt times out, and the second succeeds.
    ada.requests_reset_token().await;
    latch.open();
}

/// The mailer crashes after SES accepted the email and before it is removed from the outbox.
#[tokio::test(flavor = "multi_thread")]
async fn a_crash_after_sending_sends_the_email_again() {
    let chat = Chat::start().await;
    let ada = chat.joins("Ada").await;
    chat.stack().table().faults().add(Fault {
        operation: "DeleteItem".to_owned(),
        containing: Some("OUTBOX#".to_owned()),
        kind: FaultKind::Fail,
        times: 3,
    });
    let first = ada.requests_reset_token().await;
    assert_eq!(chat.token_mailed_to(&ada.email).await, first);
    chat.stack().streams().settled().await;
    assert_eq!(mails_to(&chat, &ada), (2, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn repeated_or_reordered_records_send_no_further_email() {
    let chat = Chat::start().await;
    let ada = chat.joins("Ada").await;
    let token = ada.requests_reset_token().await;
    chat.tries_to_reset(&token, NEW).await.expect(200);
    chat.mail_to(&ada.email).await;
    chat.stack().streams().settled().await;
    chat.stack().streams().rewind();
    chat.stack().streams().settled().await;
    let mut records = chat.stack().streams().records();
    records.retain(|record| {
        record["dynamodb"]["Keys"]["pk"]["S"].as_str().unwrap().starts_with("OUTBOX#")
    });
    records.reverse();
    let answer = chat.stack().invoke("MailerFunction", json!({ "Records": records })).await;
    assert_eq!(answer.unwrap(), json!({ "batchItemFailures": [] }));
    assert_eq!(mails_to(&chat, &ada), (1, 1));
}

/// Emails that the stream gave up on stay in the outbox, and the sweep sends them.
#[tokio::test(flavor = "multi_thread")]
async fn the_sweep_sends_what_the_stream_gave_up_on() {
    let chat = Chat::start().await;
    let (ada, bob) = (chat.joins("Ada").await, chat.joins("Bob").await);
    chat.stack().mail().faults().next("SendEmail", 1_000, FaultKind::Throttle);
    chat.requests_reset_link(&ada.email).await.expect(200);
    bob.tries_to_change_the_password(PASSWORD, NEW).await.expect(200);
    // Past the maximum age of records that the stream delivers.
    chat.stack().streams().pause();
    chat.advance(61 * 60);
    chat.stack().streams().resume();
    chat.stack().streams().settled().await;
    assert!(!chat.stack().streams().discarded().is_empty(), "the records go to the failure queue");
    assert_eq!(chat.stack().mail().mails().len(), 0);
    chat.stack().quiet().await;
    chat.stack().mail().faults().clear();
    chat.advance(10 * 60);
    let late = chat.mail_to(&ada.email).await;
    // An expired link is not sent. The email says only that it expired.
    assert!(late.text.contains("expired") && !late.text.contains("token="), "{}", late.text);
    assert!(!late.html.contains("token="));
    chat.mail_to(&bob.email).await;
    chat.stack().quiet().await;
    chat.advance(10 * 60);
    chat.stack().quiet().await;
    assert_eq!(chat.stack().mail().mails().len(), 2);
}

/// An email that SES rejects delays no other email, and is sent once SES accepts it.
#[tokio::test(flavor = "multi_thread")]
async fn a_rejected_email_delays_no_other() {
    let chat = Chat::start().await;
    let (ada, bob) = (chat.joins("Ada").await, chat.joins("Bob").await);
    let rejection = "<ErrorResponse xmlns=\"http://ses.amazonaws.com/doc/2010-12-01/\"><Error><Type>Sender</Type>\
        <Code>MessageRejected</Code><Message>Email address is not verified.</Message></Error>\
        <RequestId>1</RequestId></ErrorResponse>";
    chat.stack().mail().faults().next("SendEmail", 1, FaultKind::Respond(400, rejection.into()));
    chat.requests_reset_link(&ada.email).await.expect(200);
    chat.stack().streams().settled().await;
    bob.requests_reset_token().await;
    assert_eq!(mails_to(&chat, &ada), (0, 0));
    chat.advance(10 * 60);
    let token = chat.token_mailed_to(&ada.email).await;
    chat.tries_to_reset(&token, NEW).await.expect(200);
    chat.mail_to(&ada.email).await;
}

/// SES does not send to addresses with a local part outside ASCII, so nothing is queued for them.
#[tokio::test(flavor = "multi_thread")]
async fn an_email_to_an_unsupported_address_is_not_queued() {
    let chat = Chat::start().await;
    chat.registers("Zoë", "zoë@example.com").await.expect(200);
    chat.requests_reset_link("zoë@example.com").await.expect(200);
    chat.stack().streams().settled().await;
    let (_, calls) = chat.all_calls_of(chat.stack().invoke("MailerFunction", json!({}))).await;
    assert!(calls.iter().all(|call| call.operation == "Query"));
    assert!(chat.stack().mail().mails().is_empty());
}

/// The stack stops between the request and the email.
#[tokio::test(flavor = "multi_thread")]
async fn a_promised_email_is_sent_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let options = || Options { data: Data::Folder(folder.path().to_owned()), ..Options::default() };
    let stack = local::Stack::start(options()).await.unwrap();
    stack.streams().pause();
    let ada = json!({ "name": "Ada", "email": "ada@example.com", "password": PASSWORD });
    for path in ["auth/register", "password/reset-request"] {
        let url = format!("{}/api/{path}", stack.http_url());
        let answer = reqwest::Client::new().post(url).json(&ada).send().await.unwrap();
        assert_eq!(answer.status(), 200, "{path}");
    }
    stack.stop().await;
    let chat = Chat::start_with(options()).await;
    let token = chat.token_mailed_to("ada@example.com").await;
    chat.tries_to_reset(&token, NEW).await.expect(200);
    chat.mail_to("ada@example.com").await;
}

/// The service sends no email to an address until its owner requests one.
#[tokio::test(flavor = "multi_thread")]
async fn registration_and_login_send_no_email() {
    let chat = Chat::start().await;
    let (alice, bob, conversation) = chat.pair().await;
    alice.says(&conversation, "hi").await;
    chat.registers("Eve", &bob.email).await.rejects(409, "email_taken");
    chat.tries_to_log_in(&bob.email, "wrong wrong").await.rejects(401, "invalid_credentials");
    chat.stack().streams().settled().await;
    assert!(chat.stack().mail().mails().is_empty());
}

/// A user can register with the address of someone else and any name, so no email contains a name.
#[tokio::test(flavor = "multi_thread")]
async fn no_email_contains_a_name() {
    let chat = Chat::start().await;
    let names = [
        "<b>Your prize</b> <a href=x>",
        "{{ link }} {% include \"x\" %}",
        "${service} %s \\n Bcc: eve@evil.example",
        "http://evil.example/?token=1",
        "\u{202e}moc.live",
        "=?utf-8?B?SGk=?=",
    ];
    for (n, name) in names.iter().enumerate() {
        let email = format!("person{n}@example.com");
        chat.registers(name, &email).await.expect(200);
        chat.requests_reset_link(&email).await.expect(200);
        let mail = chat.mail_to(&email).await;
        let email_text = format!("{mail:?}");
        for part in [name, "evil", "{{", "{%", "prize"] {
            assert!(!email_text.contains(part), "{part} of {name} is in {email_text}");
        }
    }
}
