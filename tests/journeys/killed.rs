//! The process is killed.

use std::{
    collections::BTreeMap,
    path::Path,
    process::{Command, Stdio},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use futures::future::join_all;
use reqwest::{Client, Method};
use serde_json::{Value, json};
use shared::{Clock, domain::Timestamp};

use crate::support::{Program, client_id};

fn start(data: &Path) -> Program {
    let data = data.to_str().unwrap();
    Program::start(&["--parameter", "EntriesPerSender=1000", "--data", data], Stdio::null())
}

async fn call(
    program: &Program,
    client: &Client,
    method: Method,
    path: &str,
    token: &str,
    body: Option<Value>,
) -> reqwest::Result<(u16, Value)> {
    let mut request = client.request(method, format!("{}{path}", program.url())).bearer_auth(token);
    if let Some(body) = body {
        request = request.json(&body);
    }
    let response = request.send().await?;
    Ok((response.status().as_u16(), response.json().await?))
}

async fn join(program: &Program, client: &Client, name: &str) -> (String, String) {
    let email = format!("{name}@example.com");
    let account = json!({ "name": name, "email": email, "password": "a quiet harbour at dawn" });
    call(program, client, Method::POST, "/auth/register", "", Some(account.clone())).await.unwrap();
    let (_, login) =
        call(program, client, Method::POST, "/auth/login", "", Some(account)).await.unwrap();
    (login["user"]["id"].as_str().unwrap().to_owned(), login["token"].as_str().unwrap().to_owned())
}

/// I1, I2 across a crash: every message with a response is stored once, and the numbers have no gap.
#[tokio::test(flavor = "multi_thread")]
async fn every_acknowledged_message_survives_a_kill_and_is_stored_once() {
    let folder = tempfile::tempdir().unwrap();
    let mut program = start(folder.path());
    let client = Client::new();
    let (_, alice) = join(&program, &client, "alice").await;
    let (bob_id, bob) = join(&program, &client, "bob").await;
    let direct = json!({ "kind": "direct", "user_id": bob_id });
    let (_, made) = call(&program, &client, Method::POST, "/conversations", &alice, Some(direct))
        .await
        .unwrap();
    let conversation = made["conversation"]["id"].as_str().unwrap().to_owned();
    let path = format!("/conversations/{conversation}/messages");

    let mut answered: BTreeMap<String, u64> = BTreeMap::new();
    let mut unanswered: Vec<(usize, String, String)> = Vec::new();
    for round in 0..3 {
        let done = Arc::new(AtomicUsize::new(0));
        let writers = (0..8).map(|writer| {
            let (program, client, path, done) = (&program, &client, &path, done.clone());
            let token = if writer % 2 == 0 { &alice } else { &bob };
            async move {
                let (mut answered, mut lost) = (Vec::new(), Vec::new());
                for n in 0..200 {
                    let (id, content) = (client_id(now()), format!("{round}/{writer}/{n}"));
                    let send = json!({ "client_id": id, "content": content });
                    match call(program, client, Method::POST, path, token, Some(send)).await {
                        Ok((201, body)) => {
                            done.fetch_add(1, Ordering::Relaxed);
                            answered.push((content, body["message"]["seq"].as_u64().unwrap()));
                        }
                        Ok((503, _)) => {}
                        Ok(other) => panic!("{other:?}"),
                        Err(_) => {
                            lost.push((writer, id, content));
                            break;
                        }
                    }
                }
                (answered, lost)
            }
        });
        let pid = program.id();
        let killer = {
            let done = done.clone();
            tokio::task::spawn_blocking(move || {
                // Kill it in the middle of the burst, once this many messages have a response.
                while done.load(Ordering::Relaxed) < 40 {
                    std::thread::yield_now();
                }
                let killed = Command::new("kill").args(["-KILL", &pid.to_string()]).status();
                assert!(killed.unwrap().success());
            })
        };
        for (more, lost) in join_all(writers).await {
            answered.extend(more);
            unanswered.extend(lost);
        }
        killer.await.unwrap();
        program.kill();
        program = start(folder.path());
    }
    assert!(answered.len() >= 120 && !unanswered.is_empty());

    // Interrupted writers send again with the same ids. Each message is stored once, whether or not it was stored before.
    for (writer, id, content) in unanswered {
        let token = if writer % 2 == 0 { &alice } else { &bob };
        let send = json!({ "client_id": id, "content": content });
        let (status, body) =
            call(&program, &client, Method::POST, &path, token, Some(send)).await.unwrap();
        assert!(matches!(status, 200 | 201), "{status}: {body}");
        answered.insert(content, body["message"]["seq"].as_u64().unwrap());
    }
    let mut log: Vec<(String, u64)> = Vec::new();
    loop {
        let path = format!("/conversations/{conversation}/log?limit=100&after={}", log.len());
        let (_, page) = call(&program, &client, Method::GET, &path, &alice, None).await.unwrap();
        let entries = page["entries"].as_array().unwrap();
        log.extend(entries.iter().map(|entry| {
            (entry["content"].as_str().unwrap().to_owned(), entry["seq"].as_u64().unwrap())
        }));
        if page["has_more"] == false {
            break;
        }
    }
    let seqs: Vec<u64> = log.iter().map(|(_, seq)| *seq).collect();
    assert_eq!(seqs, (1..=log.len() as u64).collect::<Vec<_>>());
    let log: BTreeMap<String, u64> = log.into_iter().collect();
    assert_eq!(log.len(), seqs.len(), "there are no duplicates");
    for (content, seq) in &answered {
        assert_eq!(log.get(content), Some(seq), "{content} had a response");
    }
}

/// The clock of the other process, which is the system clock.
fn now() -> Timestamp {
    Clock::system().now()
}
