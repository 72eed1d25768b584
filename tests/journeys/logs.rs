//! Logs show what happened and contain no secrets and no personal data.

use std::{io::Read, process::Stdio};

use reqwest::{Client, Method};
use serde_json::{Value, json};

use crate::support::Program;

const PASSWORD: &str = "a quiet harbour at dawn";
const NEW: &str = "an unlit lighthouse";

/// Runs the built program and reads its log.
#[tokio::test(flavor = "multi_thread")]
async fn the_log_contains_no_token_password_address_or_message_text() {
    let mut program = Program::start(&["--ephemeral"], Stdio::piped());
    let mut stderr = program.log();
    let log = std::thread::spawn(move || {
        let mut log = String::new();
        stderr.read_to_string(&mut log).unwrap();
        log
    });
    let url = program.url().to_owned();
    let client = Client::new();
    let call = async |method: Method, path: &str, token: &str, body: Value| {
        let request = client.request(method, format!("{url}{path}")).bearer_auth(token).json(&body);
        request.send().await.unwrap().json::<Value>().await.unwrap_or_default()
    };
    let post =
        async |path: &str, token: &str, body: Value| call(Method::POST, path, token, body).await;

    let mut tokens = Vec::new();
    for name in ["Ada", "Bob"] {
        let account = json!({ "name": format!("{name} Quux"), "email": format!("{name}@quux.example"), "password": PASSWORD });
        post("/auth/register", "", account.clone()).await;
        post("/auth/register", "", account.clone()).await;
        tokens.push(post("/auth/login", "", account).await["token"].as_str().unwrap().to_owned());
    }
    post("/auth/login", "", json!({ "email": "ada@quux.example", "password": "wrong wrong" }))
        .await;
    let bob =
        call(Method::GET, "/auth/validate", &tokens[1], json!({})).await["user"]["id"].clone();
    let direct = json!({ "kind": "direct", "user_id": bob });
    let conversation =
        post("/conversations", &tokens[0], direct).await["conversation"]["id"].clone();
    let path = format!("/conversations/{}/messages", conversation.as_str().unwrap());
    let id = crate::support::client_id(shared::Clock::system().now());
    post(&path, &tokens[0], json!({ "client_id": id, "content": "the parrot sleeps" })).await;
    call(Method::GET, "/profile/search?q=quux", &tokens[0], json!({})).await;
    post("/password/reset-request", "", json!({ "email": "ada@quux.example" })).await;
    post("/password/reset-request", "", json!({ "email": "unknown@quux.example" })).await;
    let mails = url.replace("/api", "/_local/mail");
    let link = loop {
        let mails: Value = client.get(&mails).send().await.unwrap().json().await.unwrap();
        if let Some(text) = mails[0]["text"].as_str() {
            break text
                .split_once("token=")
                .unwrap()
                .1
                .split_whitespace()
                .next()
                .unwrap()
                .to_owned();
        }
        tokio::task::yield_now().await;
    };
    post("/password/reset", "", json!({ "token": "wrong", "password": NEW })).await;
    post("/password/reset", "", json!({ "token": link, "password": NEW })).await;
    loop {
        let mails: Value = client.get(&mails).send().await.unwrap().json().await.unwrap();
        if mails.as_array().unwrap().len() == 2 {
            break;
        }
        tokio::task::yield_now().await;
    }
    program.kill();
    let log = log.join().unwrap();

    assert!(log.contains("answered") && log.contains("/api/password/reset"), "{log}");
    assert!(log.contains("sent") && log.contains("mail.id"), "{log}");
    let lower = log.to_lowercase();
    for secret in [PASSWORD, NEW, &link, &tokens[0], &tokens[1], "quux", "parrot", "wrong wrong"] {
        assert!(!lower.contains(&secret.to_lowercase()), "{secret} in {log}");
    }
}
