//! `GET /api/emotes`, and shortcodes in messages.

use std::collections::HashSet;

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Answer, Chat, Person, Status, unicode_emojis};

const PATH: &str = "/api/emotes";

async fn searches(person: &Person<'_>, text: &str) -> Value {
    let url = person.chat.url(PATH);
    let request = person.chat.http.get(url).query(&[("search", text)]).bearer_auth(&person.token);
    Answer::to(&Method::GET, request.send().await.unwrap()).await.expect(200)
}

fn members<'a>(body: &'a Value, name: &str) -> Vec<&'a str> {
    let emotes = body["emotes"].as_array().unwrap().iter();
    emotes.map(|emote| emote[name].as_str().unwrap()).collect()
}

#[tokio::test]
async fn the_list_has_every_emoji_of_unicode() {
    let chat = Chat::start().await;
    let ada = chat.joins("Ada").await;
    let all = ada.get(PATH).await.expect(200);
    let emojis: HashSet<&str> = members(&all, "emoji").into_iter().collect();
    let listed = unicode_emojis();
    for (_, emoji) in listed.iter().filter(|(status, _)| *status == Status::FullyQualified) {
        assert!(emojis.contains(&**emoji), "{emoji}");
    }
    assert_eq!(members(&all, "emoji").len(), emojis.len(), "each emoji once");
    let shortcodes: HashSet<&str> = members(&all, "shortcode").into_iter().collect();
    assert_eq!(shortcodes.len(), emojis.len());
    assert_eq!(members(&all, "emoji")[..3], ["😀", "😃", "😄"], "in Unicode's order");
}

#[tokio::test]
async fn a_search_finds_emotes_by_shortcodes_and_names() {
    let chat = Chat::start().await;
    let ada = chat.joins("Ada").await;
    let tada = json!({
        "shortcode": "tada", "emoji": "🎉", "aliases": ["party_popper"], "group": "Activities",
    });
    for text in ["tada", ":tada:", "TaDa", " popper ", "party popper", "🎉"] {
        assert_eq!(searches(&ada, text).await, json!({ "emotes": [tada] }), "{text}");
    }
    let waves = searches(&ada, "wave").await;
    assert_eq!(members(&waves, "shortcode")[..2], ["wave", "wave_light_skin_tone"]);
    for nothing in ["nothing of ours", ":", "%", "ada", "\u{0}", &"x".repeat(64)] {
        assert_eq!(searches(&ada, nothing).await, json!({ "emotes": [] }), "{nothing}");
    }
}

#[tokio::test]
async fn bad_input_is_rejected() {
    let chat = Chat::start().await;
    let ada = chat.joins("Ada").await;
    let long = format!("search={}", "x".repeat(65));
    for query in ["search=", "search=%20%20", "search=a&search=b", &long] {
        let answer = ada.get(&format!("{PATH}?{query}")).await;
        answer.rejects(400, "invalid_request");
        assert_eq!(answer.pointers(), ["/search"], "{query}");
    }
    ada.get(&format!("{PATH}?search=%ff")).await.expect(200);
    let answer = ada.post(PATH, json!({})).await;
    answer.rejects(405, "method_not_allowed");
    assert!(answer.header("allow").contains("GET"));
    ada.get("/api/emotes/tada").await.rejects(404, "not_found");
    chat.call(Method::GET, PATH, None, None).await.rejects(401, "unauthenticated");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shortcode_in_a_message_is_stored_and_delivered_as_the_emoji() {
    let chat = Chat::start().await;
    let (alice, bob, conversation) = chat.pair().await;
    let mut socket = bob.comes_online().await;
    let message = alice.says(&conversation, "done :tada: `:tada:` :nothing:").await;
    let expected = "done 🎉 `:tada:` :nothing:";
    assert_eq!(message["content"], expected);
    let event = socket.hears("entry").await;
    assert_eq!(event["data"]["content"], expected);
    assert_eq!(bob.log(&conversation).await[0]["content"], expected);
}
