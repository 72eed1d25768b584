//! A function's rights in the template are the calls that it makes: no fewer, and no more.

use std::collections::{BTreeMap, BTreeSet};

use local::{
    Call, Statement,
    template::{Names, Parameters, Template},
};
use serde_json::{Value, json};

use crate::support::{Chat, PASSWORD, loses_a_head};

const TEMPLATE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../template.yaml");

type Rights = BTreeMap<String, BTreeSet<String>>;

fn template() -> Template {
    let text = std::fs::read_to_string(TEMPLATE).unwrap();
    let names = Names { http_url: String::new(), socket_url: String::new() };
    Template::parse(&text, &Parameters::default(), &names).unwrap()
}

/// The rights to the table that the template gives.
fn given() -> Rights {
    let template = template();
    let table = format!(":table/{}", template.table.unwrap().name);
    let of_table = |statement: &Statement| {
        statement.resources.iter().any(|resource| resource.ends_with(&table))
    };
    template
        .functions
        .into_iter()
        .map(|function| {
            let statements = function.statements.into_iter().filter(of_table);
            (function.id, statements.flat_map(|statement| statement.actions).collect())
        })
        .collect()
}

/// The rights that a call needs.
fn needed(call: &Call) -> Vec<String> {
    if call.operation != "TransactWriteItems" {
        return vec![format!("dynamodb:{}", call.operation)];
    }
    let actions = call.request["TransactItems"].as_array().unwrap();
    let kinds = actions.iter().flat_map(|action: &Value| action.as_object().unwrap().keys());
    kinds
        .map(|kind| match &**kind {
            "ConditionCheck" => "dynamodb:ConditionCheckItem".to_owned(),
            kind => format!("dynamodb:{kind}Item"),
        })
        .collect()
}

/// Everything that people do, so that every call is made once.
async fn everything(chat: &Chat) {
    let (alice, bob, conversation) = chat.pair().await;
    chat.tries_to_log_in(&alice.email, "wrong wrong").await.refuses(401, "invalid_credentials");
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
    // Between two names of very many words.
    for letter in ["a", "b"] {
        let name = format!("x {}", format!("{letter} ").repeat(3) + &letter.repeat(56));
        bob.patch("/api/profile", json!({ "name": name })).await.expect(200);
    }
    phone.delete("/api/auth/sessions").await.expect(200);
    let leaving = phone.comes_online().await;
    leaving.leaves().await;
    phone.post("/api/auth/logout", json!({})).await.expect(200);
    let alice = alice.on_another_device().await;
    alice.tries_to_change_the_password(PASSWORD, "an unlit lighthouse").await.expect(200);
    chat.mail_to(&alice.email).await;
    let reset = alice.asks_for_a_token().await;
    let _online = alice.comes_online().await;
    chat.tries_to_reset(&reset, PASSWORD).await.expect(200);
    chat.mail_to(&alice.email).await;
    // A head that is lost is put by the function on the stream; and an overdue mail is looked for on a schedule.
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
async fn a_functions_rights_are_the_calls_it_makes() {
    let chat = Chat::start().await;
    let ((), calls) = chat.all_calls_of(everything(&chat)).await;
    let mut used = Rights::new();
    for call in &calls {
        used.entry(call.function.clone()).or_default().extend(needed(call));
    }
    let mut given = given();
    // A socket's end is told when it is told, perhaps after the recording.
    let of_disconnect = "dynamodb:DeleteItem".to_owned();
    used.entry("RealtimeFunction".to_owned()).or_default().insert(of_disconnect);
    given.retain(|_, rights| !rights.is_empty());
    assert_eq!(used, given);
}

/// Logs are written, streams read and the queue filled by Lambda, with the function's role: nothing here calls
/// for these rights, so they are compared with what the template has Lambda do.
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
        let by_itself = |action: &str, resource: &str| {
            let service = action.split(':').next().unwrap();
            matches!(service, "secretsmanager" | "execute-api" | "ses")
                || service == "dynamodb" && resource.ends_with(":table/emotechat-Table")
        };
        let mut given = Vec::new();
        for statement in &function.statements {
            assert!(statement.allow, "{}: {statement:?}", function.id);
            for (action, resource) in statement.actions.iter().flat_map(|action| {
                statement.resources.iter().map(move |resource| (action, resource))
            }) {
                assert!(!action.contains('*'), "{}: {action}", function.id);
                if !by_itself(action, resource) {
                    given.push((action.clone(), resource.clone()));
                }
            }
        }
        given.sort();
        expected.sort();
        assert_eq!(given, expected, "{}", function.id);
    }
}

/// What the template does not allow, the local table refuses, as IAM would.
#[tokio::test]
async fn a_right_that_the_template_lacks_is_missed() {
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
    chat.registers("Ada", "ada@example.com").await.refuses(500, "internal");
}
