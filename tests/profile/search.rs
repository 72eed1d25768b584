//! `GET /api/profile/search`

use reqwest::Method;
use serde_json::Value;

use crate::support::{Answer, Chat, Person};

const PATH: &str = "/api/profile/search";

async fn searches(person: &Person<'_>, parameters: &[(&str, &str)]) -> Value {
    let url = person.chat.url(PATH);
    let request = person.chat.http.get(url).query(parameters).bearer_auth(&person.token);
    Answer::to(&Method::GET, request.send().await.unwrap()).await.expect(200)
}

fn names(body: &Value) -> Vec<String> {
    let users = body["users"].as_array().unwrap().iter();
    users.map(|user| user["name"].as_str().unwrap().to_owned()).collect()
}

async fn registers(chat: &Chat, names: &[&str]) {
    for (n, name) in names.iter().enumerate() {
        chat.registers(name, &format!("person{n}@example.com")).await.expect(200);
    }
}

#[tokio::test]
async fn a_name_is_found_by_its_beginning_or_the_beginning_of_any_word() {
    let chat = Chat::start().await;
    let me = chat.joins("Me").await;
    registers(
        &chat,
        &[
            "Zoë Anders",
            "anders zorn",
            "Anders Holm",
            "Ándrea",
            "Bob",
            "Ann Annabel",
            "Jean-Luc Picard",
            "Øyvind O'Neil",
            "李小龙",
            "✨Nova✨",
            "Fatima Al-Fihri",
        ],
    )
    .await;
    for (q, expected) in [
        ("anders", &["Anders Holm", "anders zorn", "Zoë Anders"][..]),
        ("AND", &["Anders Holm", "anders zorn", "Ándrea", "Zoë Anders"]),
        ("ánd", &["Anders Holm", "anders zorn", "Ándrea", "Zoë Anders"]),
        ("anders h", &["Anders Holm"]),
        ("  anders  ", &["Anders Holm", "anders zorn", "Zoë Anders"]),
        ("zoe a", &["Zoë Anders"]),
        ("ann", &["Ann Annabel"]),
        ("luc", &["Jean-Luc Picard"]),
        ("jean-l", &["Jean-Luc Picard"]),
        ("picard", &["Jean-Luc Picard"]),
        ("oyv", &["Øyvind O'Neil"]),
        ("o’n", &["Øyvind O'Neil"]),
        ("neil", &["Øyvind O'Neil"]),
        ("李", &["李小龙"]),
        ("nova", &["✨Nova✨"]),
        ("✨", &["✨Nova✨"]),
        ("al", &["Fatima Al-Fihri"]),
        ("al-f", &["Fatima Al-Fihri"]),
        ("AL-FIHRI", &["Fatima Al-Fihri"]),
        ("fihri", &["Fatima Al-Fihri"]),
        ("nders", &[]),
        ("anders holm x", &[]),
        ("person1", &[]),
        ("example.com", &[]),
        ("%", &[]),
        ("a*", &[]),
        ("\t\u{10ffff}", &[]),
    ] {
        let body = searches(&me, &[("q", q)]).await;
        assert_eq!(names(&body), expected, "{q}");
        assert_eq!(body["next_cursor"], Value::Null, "{q}");
        assert!(!body.to_string().contains('@'));
    }
}

#[tokio::test]
async fn a_cursor_visits_each_match_once_in_name_order() {
    let chat = Chat::start().await;
    let me = chat.joins("Me").await;
    let all: Vec<String> =
        (0..8).flat_map(|n| [format!("Sam {n}"), format!("Alex{n} Sammy")]).collect();
    let mut people: Vec<&str> = all.iter().map(String::as_str).collect();
    people.extend(["Sam 3", "Sam Sam", "Sam"]);
    registers(&chat, &people).await;
    people.sort_unstable_by_key(|name| name.to_lowercase());
    for limit in ["1", "2", "7", "100"] {
        let (mut found, mut cursor) = (Vec::new(), None::<String>);
        loop {
            let mut parameters = vec![("q", "sam"), ("limit", limit)];
            parameters.extend(cursor.as_deref().map(|cursor| ("cursor", cursor)));
            let body = searches(&me, &parameters).await;
            let page = names(&body);
            assert!(page.len() <= limit.parse().unwrap());
            found.extend(page);
            match body["next_cursor"].as_str() {
                Some(next) => cursor = Some(next.to_owned()),
                None => break,
            }
        }
        assert_eq!(found, people, "pages of {limit}");
    }
}

#[tokio::test]
async fn a_page_of_results_costs_a_unit_and_two_queries() {
    let chat = Chat::start().await;
    let me = chat.joins("Me").await;
    let people: Vec<String> = (0..40).map(|n| format!("Sam {n} Samson")).collect();
    registers(&chat, &people.iter().map(String::as_str).collect::<Vec<_>>()).await;
    for q in ["sam", "sam 1", "s", "no match"] {
        let (_, calls) = chat.calls_of(searches(&me, &[("q", q)])).await;
        let (session, search): (Vec<_>, Vec<_>) =
            calls.iter().partition(|call| call.operation == "GetItem");
        assert_eq!(session.len(), 1);
        let units: f64 = search.iter().map(|call| call.read_units).sum();
        assert!(search.len() <= 2 && units <= 2.0, "{q}: {} calls, {units} units", search.len());
        assert_eq!(local::longest_chain(&search.into_iter().cloned().collect::<Vec<_>>()), 1);
    }
}

#[tokio::test]
async fn bad_parameters_are_rejected() {
    let chat = Chat::start().await;
    let me = chat.joins("Me").await;
    let long = format!("q={}", "x".repeat(65));
    for (query, pointer) in [
        ("", "/q"),
        ("q=", "/q"),
        ("q=%20%20", "/q"),
        (&long, "/q"),
        ("q=a&q=b", "/q"),
        ("q=a&limit=0", "/limit"),
        ("q=a&limit=101", "/limit"),
        ("q=a&limit=x", "/limit"),
        ("q=a&cursor=", "/cursor"),
        ("q=a&cursor=x", "/cursor"),
        ("q=a&cursor=YWJj", "/cursor"),
        ("q=a&cursor=%00", "/cursor"),
    ] {
        let answer = me.get(&format!("{PATH}?{query}")).await;
        answer.rejects(400, "invalid_request");
        assert_eq!(answer.pointers(), [pointer], "{query}");
    }
    let answer = me.get(&format!("{PATH}?limit=0&cursor=x")).await;
    assert_eq!(answer.pointers(), ["/q", "/limit", "/cursor"]);
    me.get(&format!("{PATH}?q=%ff")).await.expect(200);
}
