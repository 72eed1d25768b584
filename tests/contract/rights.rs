//! A function's rights in the template are exactly the calls that it makes.

use std::collections::BTreeMap;

use local::{
    Rights, Statement,
    template::{Names, Parameters, Template},
};
use serde_json::json;

use crate::support::{Chat, PASSWORD, loses_a_head};

const TEMPLATE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../template.yaml");

fn template() -> Template {
    let text = std::fs::read_to_string(TEMPLATE).unwrap();
    let names = Names { http_url: String::new(), socket_url: String::new() };
    Template::parse(&text, &Parameters::default(), &names).unwrap()
}

/// The rights that the template grants to each function for its own calls.
fn granted() -> BTreeMap<String, Rights> {
    let functions = template().functions.into_iter();
    functions
        .map(|function| {
            let rights = function.statements.iter().flat_map(rights_of);
            (function.id, rights.filter(is_own_call).collect())
        })
        .collect()
}

fn rights_of(statement: &Statement) -> impl Iterator<Item = (String, String)> {
    let pairs = statement.actions.iter().flat_map(|action| {
        statement.resources.iter().map(move |resource| (action.clone(), resource.clone()))
    });
    pairs.collect::<Vec<_>>().into_iter()
}

/// Whether the function itself needs a right, rather than Lambda with the function's role.
fn is_own_call((action, resource): &(String, String)) -> bool {
    let service = action.split(':').next().unwrap();
    matches!(service, "secretsmanager" | "execute-api" | "ses")
        || service == "dynamodb" && resource.ends_with(":table/emotechat-Table")
}

/// Uses every feature, so that every call is made at least once.
async fn everything(chat: &Chat) {
    let (alice, bob, conversation) = chat.pair().await;
    chat.tries_to_log_in(&alice.email, "wrong wrong").await.rejects(401, "invalid_credentials");
    let phone = alice.on_another_device().await;
    let ticket = phone.post("/api/auth/ticket", json!({})).await.expect(200);
    let query = format!("?ticket={}", ticket["ticket"].as_str().unwrap());
    let mut socket = chat.socket(&[], &query).await.unwrap();
    socket.asks("hello", json!({})).await.unwrap();
    socket.asks("sync", json!({ "since": { &*conversation: 0 } })).await.unwrap();
    let mut dead = bob.comes_online().await;
    let id = dead.asks("hello", json!({})).await.unwrap()["connection_id"].clone();
    chat.stack().sockets().kill(id.as_str().unwrap());
    alice.says(&conversation, "hi").await;
    socket.asks("read", json!({ "conversation_id": conversation, "seq": 1 })).await.unwrap();
    bob.put(&format!("/api/conversations/{conversation}/read"), json!({ "seq": 1 }))
        .await
        .expect(200);
    bob.get("/api/conversations").await.expect(200);
    bob.get("/api/profile/users").await.expect(200);
    bob.get("/api/profile/search?q=b").await.expect(200);
    // Change between two names with very many words.
    for letter in ["a", "b"] {
        let name = format!("x {}", format!("{letter} ").repeat(3) + &letter.repeat(56));
        bob.patch("/api/profile", json!({ "name": name })).await.expect(200);
    }
    phone.delete("/api/auth/sessions").await.expect(200);
    let leaving = phone.comes_online().await;
    leaving.leaves().await;
    phone.post("/api/auth/logout", json!({})).await.expect(200);
    // A frame that arrives while its session ends closes the socket.
    let tablet = bob.on_another_device().await;
    let mut late = tablet.comes_online().await;
    let latch = chat.holds_up("GetItem", "CONNECTION#");
    late.sends("ping", json!({})).await;
    latch.reached(1).await;
    tablet.post("/api/auth/logout", json!({})).await.expect(200);
    latch.open();
    late.is_closed().await;
    let alice = alice.on_another_device().await;
    alice.tries_to_change_the_password(PASSWORD, "an unlit lighthouse").await.expect(200);
    chat.mail_to(&alice.email).await;
    let reset = alice.requests_reset_token().await;
    let _online = alice.comes_online().await;
    chat.tries_to_reset(&reset, PASSWORD).await.expect(200);
    chat.mail_to(&alice.email).await;
    // The stream function restores a lost head, and the schedule looks for overdue emails.
    loses_a_head(chat);
    let tada = format!("/api/conversations/{conversation}/messages/1/reactions/tada");
    bob.says(&conversation, "hi").await;
    chat.stack().streams().settled().await;
    loses_a_head(chat);
    bob.put(&tada, json!({})).await.expect(200);
    chat.stack().streams().settled().await;
    chat.stack().invoke("MailerFunction", json!({})).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_function_has_exactly_the_rights_that_it_uses() {
    let chat = Chat::start().await;
    everything(&chat).await;
    // Closing a socket causes further calls, so wait for them too.
    chat.stack().quiet().await;
    let mut used = chat.stack().used_rights();
    used.remove("operator");
    // SES requires it only if an identity has a configuration set.
    let configuration_set = (
        "ses:SendEmail".to_owned(),
        "arn:aws:ses:us-east-1:000000000000:configuration-set/*".to_owned(),
    );
    used.get_mut("MailerFunction").unwrap().insert(configuration_set);
    assert_eq!(used, granted());
}

/// Lambda writes logs, reads streams and fills the queue with the function's role. No call here uses these rights, so the
/// test compares them with the template's settings for Lambda.
#[test]
fn a_functions_role_has_the_rights_that_lambda_needs() {
    for function in template().functions {
        let name = function.id.strip_suffix("Function").unwrap();
        let logs = format!("arn:aws:logs:us-east-1:000000000000:log-group:emotechat-{name}Logs:*");
        let mut expected = vec![
            ("logs:CreateLogStream".to_owned(), logs.clone()),
            ("logs:PutLogEvents".to_owned(), logs),
        ];
        for stream in &function.streams {
            let arn = "arn:aws:dynamodb:us-east-1:000000000000:table/emotechat-Table/stream/2000-01-01T00:00:00.000";
            for action in ["DescribeStream", "GetRecords", "GetShardIterator"] {
                expected.push((format!("dynamodb:{action}"), arn.to_owned()));
            }
            expected.push(("dynamodb:ListStreams".to_owned(), "*".to_owned()));
            expected.push(("sqs:SendMessage".to_owned(), stream.on_failure.clone().unwrap()));
        }
        let mut granted = Vec::new();
        for statement in &function.statements {
            assert!(statement.allow, "{}: {statement:?}", function.id);
            for right in rights_of(statement) {
                assert!(!right.0.contains('*'), "{}: {}", function.id, right.0);
                if !is_own_call(&right) {
                    granted.push(right);
                }
            }
        }
        granted.sort();
        expected.sort();
        assert_eq!(granted, expected, "{}", function.id);
    }
}

/// The local table rejects calls that the template does not allow, as IAM would.
#[tokio::test]
async fn a_call_fails_without_its_right_in_the_template() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("template.yaml");
    let (before, auth) = {
        let text = std::fs::read_to_string(TEMPLATE).unwrap();
        let (before, auth) = text.split_once("  AuthRole:").unwrap();
        (before.to_owned(), auth.replacen("                  - dynamodb:PutItem\n", "", 1))
    };
    std::fs::write(&file, format!("{before}  AuthRole:{auth}")).unwrap();
    let options = local::Options { template: Some(file), ..local::Options::default() };
    let chat = Chat::start_with(options).await;
    chat.registers("Ada", "ada@example.com").await.rejects(500, "internal");
}
