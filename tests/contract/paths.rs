//! Paths with invalid parts: every route returns 404 or reports the emoji, and changes nothing.

use reqwest::Method;
use serde_json::json;

use crate::support::{Answer, Chat, Person, client_id};

/// Invalid ids in the form in which they are sent. Excludes `%3F`, because a gateway ends the path there.
fn hostile() -> Vec<String> {
    let texts = ["%00", "a%00b", "%ff", "%C3%28", "..%2F", "..%2F..", "%25", "a%23b", "%20"];
    texts
        .into_iter()
        .map(str::to_owned)
        .chain(["x".repeat(3_000), "%F0%9F%8E%89".repeat(300)])
        .collect()
}

/// Calls a route with a valid body.
async fn calls(person: &Person<'_>, method: Method, path: &str) -> Answer {
    let body = json!({
        "client_id": client_id(person.chat.now()), "content": "ho", "title": "Pier",
        "user_ids": [person.id], "seq": 1,
    });
    person.call(method, path, Some(body)).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_malformed_id_is_not_found_on_any_route() {
    let chat = Chat::start().await;
    let alice = chat.joins("Alice").await;
    let mut tried = 0;
    for route in conversations::routes() {
        for id in hostile().iter().filter(|_| route.path.contains("{id}")) {
            let path = route
                .path
                .replace("{id}", id)
                .replace("{seq}", "1")
                .replace("{user_id}", &alice.id)
                .replace("{emote}", "tada");
            calls(&alice, route.method.clone(), &path).await.rejects(404, "not_found");
            tried += 1;
        }
    }
    assert_eq!(tried, 12 * hostile().len(), "every route of a conversation");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_malformed_number_or_user_is_not_found() {
    let chat = Chat::start().await;
    let (alice, bob) = tokio::join!(chat.joins("Alice"), chat.joins("Bob"));
    let group = alice.creates_group("Harbour", &[&bob]).await;
    alice.says(&group, "hi").await;
    let numbers = [
        "0",
        "-1",
        "1.5",
        "1.0",
        "01",
        "+1",
        "1e0",
        "1e30",
        "9007199254740992",
        "18446744073709551615",
        "18446744073709551616",
        "x",
        "%201",
        "1%20",
        "%D9%A1",
    ];
    let seqs: Vec<String> = hostile().into_iter().chain(numbers.map(str::to_owned)).collect();
    let users: Vec<String> =
        hostile().into_iter().chain([bob.id.to_lowercase(), format!("{}%20", bob.id)]).collect();
    let mut tried = 0;
    for route in conversations::routes() {
        let (part, names) = match route.path {
            path if path.contains("{seq}") => ("{seq}", &seqs),
            path if path.contains("{user_id}") => ("{user_id}", &users),
            _ => continue,
        };
        for name in names {
            let path = route.path.replace("{id}", &group).replace(part, name);
            let path = path.replace("{emote}", "tada");
            calls(&alice, route.method.clone(), &path).await.rejects(404, "not_found");
        }
        tried += 1;
    }
    assert_eq!(tried, 5);
    assert_eq!(alice.log(&group).await.len(), 1, "nothing was changed");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_emote_is_reported_and_one_with_a_slash_is_not_found() {
    let chat = Chat::start().await;
    let (alice, _bob, conversation) = chat.pair().await;
    alice.says(&conversation, "hi").await;
    let long = "x".repeat(5_000);
    for (emote, status, code) in [
        // A slash, encoded or not, separates parts of the path.
        ("%2F", 404, "not_found"),
        ("ta%2Fda", 404, "not_found"),
        ("%00", 400, "invalid_request"),
        ("tada%00", 400, "invalid_request"),
        ("%25", 400, "invalid_request"),
        ("%20", 400, "invalid_request"),
        ("tada%23", 400, "invalid_request"),
        (&*long, 400, "invalid_request"),
    ] {
        let path = format!("/api/conversations/{conversation}/messages/1/reactions/{emote}");
        for method in [Method::PUT, Method::DELETE] {
            let answer = alice.call(method, &path, None).await;
            answer.rejects(status, code);
            let pointers: &[&str] = if status == 400 { &["/emote"] } else { &[] };
            assert_eq!(answer.pointers(), pointers, "{emote:.20}");
        }
    }
    // These bytes are not UTF-8. A gateway may replace them, but not with an emoji.
    for emote in ["%ff", "tada%ff", "%C3%28"] {
        let path = format!("/api/conversations/{conversation}/messages/1/reactions/{emote}");
        for method in [Method::PUT, Method::DELETE] {
            let answer = alice.call(method, &path, None).await;
            assert!([400, 404].contains(&answer.status), "{emote}: {}", answer.body);
        }
    }
    assert_eq!(alice.log(&conversation).await.len(), 1);
}
