//! The email endpoint over real connections, with handmade requests.

use std::{collections::BTreeMap, path::Path, sync::Arc};

use http::Request;
use http_body_util::{BodyExt, Full};
use hyper_util::{client::legacy::Client, rt::TokioExecutor};
use serde_json::json;
use shared::Clock;
use tokio::net::TcpListener;

use super::*;
use crate::{
    FaultKind, Latch,
    aws::rights::{Principal, Principals},
    host::{random, tasks::Tasks, time::Time},
    template::{self, Statement},
};

const FROM: &str = "EmoteChat <no-reply@chat.example>";

struct Post {
    url: String,
    mailbox: Mailbox,
    _tasks: Tasks,
}

impl Post {
    async fn start(file: Option<&Path>) -> Self {
        let tasks = Tasks::default();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/", listener.local_addr().unwrap());
        let statement = Statement {
            allow: true,
            actions: vec!["ses:SendEmail".to_owned()],
            resources: vec![template::arn("ses", "identity/chat.example")],
            equals: BTreeMap::from([(
                "ses:FromAddress".to_owned(),
                vec!["no-reply@chat.example".to_owned()],
            )]),
        };
        let principal =
            |name: &str, statements| (name.to_owned(), Arc::new(Principal::new(name, statements)));
        let keys = [principal("SENDER", vec![statement]), principal("OTHER", Vec::new())];
        let mailbox = Mailbox::open(file.map(Path::to_owned)).unwrap();
        let time = Arc::new(Time::new(Clock::system()));
        serve(mailbox.clone(), listener, Principals::new(keys.into()), time, &tasks);
        Self { url, mailbox, _tasks: tasks }
    }

    /// Returns the status, and the error code or else the body. Returns `None` if the connection closed without a response.
    async fn send(&self, key: &str, fields: &[(&str, &str)]) -> Option<(u16, String)> {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let request = Request::post(&self.url)
            .header(
                "authorization",
                format!(
                    "AWS4-HMAC-SHA256 Credential={key}/20260101/us-east-1/ses/aws4_request, \
                     SignedHeaders=host, Signature=0"
                ),
            )
            .header("content-type", "application/x-www-form-urlencoded")
            .body(Full::new(bytes::Bytes::from(body)))
            .unwrap();
        let client = Client::builder(TokioExecutor::new())
            .retry_canceled_requests(false)
            .build_http::<Full<bytes::Bytes>>();
        let (parts, body) = client.request(request).await.ok()?.into_parts();
        let body = body.collect().await.ok()?.to_bytes();
        let body = String::from_utf8(body.to_vec()).unwrap();
        let code = body.split_once("<Code>").and_then(|(_, rest)| rest.split_once("</Code>"));
        let code = code.map_or(body.clone(), |(code, _)| code.to_owned());
        Some((parts.status.as_u16(), code))
    }
}

fn mail_to(to: &'static str) -> Vec<(&'static str, &'static str)> {
    vec![
        ("Action", "SendEmail"),
        ("Source", FROM),
        ("Destination.ToAddresses.member.1", to),
        ("Message.Subject.Data", "Grüße & <so>"),
        ("Message.Body.Text.Data", "a=b&c\nd"),
        ("Message.Body.Html.Data", "<p>a</p>"),
    ]
}

fn without(name: &str) -> Vec<(&'static str, &'static str)> {
    mail_to("a@b.example").into_iter().filter(|(key, _)| *key != name).collect()
}

#[tokio::test]
async fn an_email_is_caught_and_returned_once() {
    let post = Post::start(None).await;
    let waiting = post.mailbox.next_to("A@b.example");
    let (mail, (status, body)) = tokio::join!(waiting, async {
        post.send("SENDER", &mail_to("a@b.example")).await.unwrap()
    });
    assert!(status == 200 && body.contains("<SendEmailResult><MessageId>"), "{body}");
    assert_eq!((mail.to.as_str(), mail.from.as_str()), ("a@b.example", FROM));
    assert_eq!(mail.subject, "Grüße & <so>");
    assert_eq!((mail.text.as_deref(), mail.html.as_deref()), (Some("a=b&c\nd"), Some("<p>a</p>")));
    assert!(post.mailbox.unread().is_empty());
    post.send("SENDER", &mail_to("c@d.example")).await.unwrap();
    let unread = [("c@d.example".to_owned(), mail.subject.clone())];
    assert_eq!(post.mailbox.unread(), unread);
    let to: Vec<_> = post.mailbox.mails().into_iter().map(|mail| mail.to).collect();
    assert_eq!(to, ["c@d.example", "a@b.example"]);
}

#[tokio::test]
async fn a_caller_without_the_right_is_rejected() {
    let post = Post::start(None).await;
    let denied = Some((403, "AccessDenied".to_owned()));
    assert_eq!(post.send("OTHER", &mail_to("a@b.example")).await, denied);
    let mut other = without("Source");
    other.push(("Source", "admin@chat.example"));
    assert_eq!(post.send("SENDER", &other).await, denied);
    let unknown = Some((403, "InvalidClientTokenId".to_owned()));
    assert_eq!(post.send("UNKNOWN", &mail_to("a@b.example")).await, unknown);
    assert!(post.mailbox.mails().is_empty());
}

#[tokio::test]
async fn an_invalid_email_is_rejected() {
    let post = Post::start(None).await;
    let code = async |fields: &[(&str, &str)]| post.send("SENDER", fields).await.unwrap().1;
    assert_eq!(code(&without("Action")).await, "MissingAction");
    assert_eq!(code(&[("Action", "SendRawEmail")]).await, "InvalidAction");
    assert_eq!(code(&without("Source")).await, "ValidationError");
    assert_eq!(code(&without("Message.Subject.Data")).await, "ValidationError");
    let nowhere = without("Destination.ToAddresses.member.1");
    assert_eq!(code(&nowhere).await, "InvalidParameterValue");
    for invalid in ["local", "two words@b.example", "a@b@c.example", "zoë@b.example"] {
        assert_eq!(code(&mail_to(invalid)).await, "InvalidParameterValue", "{invalid}");
    }
    let empty: Vec<_> = mail_to("a@b.example").into_iter().take(4).collect();
    assert_eq!(code(&empty).await, "ValidationError");
    assert!(post.mailbox.mails().is_empty());
}

#[tokio::test]
async fn injected_faults_apply_to_emails() {
    let post = Post::start(None).await;
    let faults = post.mailbox.faults().clone();
    let latch = Latch::new();
    let own = json!("<Own/>");
    for kind in [
        FaultKind::Throttle,
        FaultKind::Fail,
        FaultKind::LoseResponse,
        FaultKind::FailAfterwards,
        FaultKind::Respond(418, own),
        FaultKind::Delay(latch.clone()),
    ] {
        faults.next("SendEmail", 1, kind);
    }
    let mail = mail_to("a@b.example");
    let send = || post.send("SENDER", &mail);
    let caught = || post.mailbox.mails().len();
    assert_eq!(send().await, Some((400, "Throttling".to_owned())));
    assert_eq!(send().await, Some((500, "InternalFailure".to_owned())));
    assert_eq!(caught(), 0);
    assert_eq!(send().await, None);
    assert_eq!(caught(), 1);
    assert_eq!(send().await, Some((500, "InternalFailure".to_owned())));
    assert_eq!(caught(), 2);
    assert_eq!(send().await, Some((418, "<Own/>".to_owned())));
    let ((), delayed) = tokio::join!(
        async {
            latch.reached(1).await;
            assert_eq!(caught(), 2);
            latch.open();
        },
        send()
    );
    assert_eq!((delayed.unwrap().0, caught()), (200, 3));
    assert!(faults.unfired().is_empty());
    faults.add(crate::Fault {
        operation: String::new(),
        containing: Some("member.1=c@d.example".to_owned()),
        kind: FaultKind::Fail,
        times: 1,
    });
    assert_eq!(send().await.unwrap().0, 200);
    let other = mail_to("c@d.example");
    assert_eq!(post.send("SENDER", &other).await.unwrap().0, 500);
}

#[tokio::test]
async fn emails_are_stored_privately_and_the_oldest_are_dropped() {
    let folder = std::env::temp_dir().join(format!("emotechat-{}", random::access_key()));
    std::fs::create_dir(&folder).unwrap();
    let file = folder.join("mail.json");
    let post = Post::start(Some(&file)).await;
    post.send("SENDER", &mail_to("a@b.example")).await.unwrap();
    post.send("SENDER", &mail_to("c@d.example")).await.unwrap();
    post.mailbox.next_to("a@b.example").await;
    let again = Mailbox::open(Some(file.clone())).unwrap();
    assert_eq!(again.mails(), post.mailbox.mails());
    assert_eq!(again.unread(), post.mailbox.unread());
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    }
    std::fs::remove_dir_all(&folder).unwrap();
    let (mailbox, one) = (Mailbox::open(None).unwrap(), again.mails().remove(0));
    mailbox.catch(vec![one.clone(); 499]).unwrap();
    let newest = Mail { subject: "newest".to_owned(), ..one };
    mailbox.catch(vec![newest.clone(); 2]).unwrap();
    assert_eq!(mailbox.mails().len(), 500);
    assert_eq!(mailbox.mails()[0], newest);
}
