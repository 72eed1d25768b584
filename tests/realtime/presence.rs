//! `presence`: which users are notified that a user came online or went offline.

use serde_json::{Value, json};
use shared::domain::Timestamp;

use crate::support::{Chat, Person, Socket};

fn at(value: &Value) -> Timestamp {
    serde_json::from_value(value.clone()).unwrap()
}

async fn hears_that(socket: &mut Socket, who: &Person<'_>, online: bool) -> Value {
    let event = socket.hears("presence").await;
    assert_eq!(event["data"]["user_id"], who.id, "{event}");
    assert_eq!(event["data"]["online"], online, "{event}");
    assert_eq!(event["data"]["online_until"].is_null(), !online, "{event}");
    event["data"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_partner_is_notified_when_a_user_comes_online_and_goes_offline() {
    let chat = Chat::start().await;
    let (alice, bob, _) = chat.pair().await;
    let eve = chat.joins("Eve").await;
    let (mut alices, mut eves) = (alice.comes_online().await, eve.comes_online().await);
    let before = chat.now();
    let bobs = bob.comes_online().await;
    let data = hears_that(&mut alices, &bob, true).await;
    let until = at(&data["online_until"]).since(before);
    assert!((630..=640).contains(&until.as_secs()), "{until:?}");
    assert!(at(&data["last_seen_at"]) >= before);
    bobs.leaves().await;
    let data = hears_that(&mut alices, &bob, false).await;
    assert!(at(&data["last_seen_at"]) >= before);
    assert!(eves.has_heard("presence").await.is_empty(), "Eve is not a partner");
}

#[tokio::test(flavor = "multi_thread")]
async fn several_sockets_of_one_user_count_as_one() {
    let chat = Chat::start().await;
    let (alice, bob, conversation) = chat.pair().await;
    let mut alices = alice.comes_online().await;
    let (first, second) = tokio::join!(bob.comes_online(), bob.comes_online());
    hears_that(&mut alices, &bob, true).await;
    let mut third = bob.comes_online().await;
    second.leaves().await;
    first.leaves().await;
    third.asks("ping", json!({})).await.unwrap();
    let sockets = async || {
        let seen = alice.get(&format!("/api/conversations/{conversation}")).await.expect(200);
        seen["conversation"]["members"][1]["online"].as_bool().unwrap()
    };
    assert!(sockets().await);
    assert!(alices.has_heard("presence").await.is_empty());
    third.leaves().await;
    hears_that(&mut alices, &bob, false).await;
    assert!(!sockets().await);
}

/// No event announces a socket that died. Partners know from `online_until`.
#[tokio::test(flavor = "multi_thread")]
async fn an_active_user_is_announced_again_before_online_until() {
    let chat = Chat::start().await;
    let (alice, bob, _) = chat.pair().await;
    let (mut alices, mut bobs) = (alice.comes_online().await, bob.comes_online().await);
    let mut until = at(&hears_that(&mut alices, &bob, true).await["online_until"]);
    for _ in 0..4 {
        chat.advance(5 * 60);
        alices.asks("ping", json!({})).await.unwrap();
        bobs.asks("ping", json!({})).await.unwrap();
        let next = at(&hears_that(&mut alices, &bob, true).await["online_until"]);
        assert!(chat.now() < until && next > until);
        until = next;
    }
    bobs.asks("ping", json!({})).await.unwrap();
    assert!(
        alices.has_heard("presence").await.is_empty(),
        "another ping a moment later announces nothing"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn partners_are_notified_of_a_logout_and_a_new_login() {
    let chat = Chat::start().await;
    let (alice, bob, _) = chat.pair().await;
    let phone = bob.on_another_device().await;
    let mut alices = alice.comes_online().await;
    let (_laptop, _phones) = (bob.comes_online().await, phone.comes_online().await);
    hears_that(&mut alices, &bob, true).await;
    bob.post("/api/auth/logout", json!({})).await.expect(200);
    assert!(alices.has_heard("presence").await.is_empty(), "the phone is still online");
    phone.delete(&format!("/api/auth/sessions/{}", session(&phone).await)).await.expect(200);
    hears_that(&mut alices, &bob, false).await;
    let again = bob.on_another_device().await;
    let _socket = again.comes_online().await;
    hears_that(&mut alices, &bob, true).await;
}

/// When a page reloads, its new socket connects while the end of the old one is being written.
#[tokio::test(flavor = "multi_thread")]
async fn a_user_who_reconnects_immediately_is_not_left_offline() {
    let chat = Chat::start().await;
    let (alice, bob, _) = chat.pair().await;
    let mut alices = alice.comes_online().await;
    let old = bob.comes_online().await;
    hears_that(&mut alices, &bob, true).await;
    let mut new = bob.opens_a_socket().await;
    // The new socket finds that it need not announce the user. Before it writes that, the old socket closes.
    let latch = chat.holds_up("UpdateItem", "announced_until >= :soon");
    new.sends("hello", json!({})).await;
    latch.reached(1).await;
    old.leaves().await;
    hears_that(&mut alices, &bob, false).await;
    latch.open();
    hears_that(&mut alices, &bob, true).await;
}

/// Near a socket's end its lease cannot grow, so frames renew nothing and announce nothing.
#[tokio::test(flavor = "multi_thread")]
async fn the_last_minutes_of_a_socket_are_announced_once() {
    let chat = Chat::start().await;
    let (alice, bob, _) = chat.pair().await;
    let mut bobs = bob.comes_online().await;
    for _ in 0..23 {
        chat.advance(5 * 60);
        bobs.asks("ping", json!({})).await.unwrap();
    }
    let mut alices = alice.comes_online().await;
    let ((), calls) = chat
        .calls_of(async {
            for _ in 0..5 {
                bobs.asks("ping", json!({})).await.unwrap();
            }
        })
        .await;
    assert!(calls.iter().all(|call| call.write_units == 0.0), "{calls:?}");
    assert!(alices.has_heard("presence").await.is_empty());
}

/// A socket that a push finds dead may be the last one of its user.
#[tokio::test(flavor = "multi_thread")]
async fn partners_are_notified_when_a_push_finds_a_dead_socket() {
    let chat = Chat::start().await;
    let (alice, bob, conversation) = chat.pair().await;
    let mut alices = alice.comes_online().await;
    let mut bobs = bob.comes_online().await;
    hears_that(&mut alices, &bob, true).await;
    let id = bobs.asks("hello", json!({})).await.unwrap()["connection_id"].clone();
    assert!(chat.stack().sockets().kill(id.as_str().unwrap()));
    alice.says(&conversation, "are you there?").await;
    hears_that(&mut alices, &bob, false).await;
}

async fn session(person: &Person<'_>) -> String {
    let sessions = person.get("/api/auth/sessions").await.expect(200);
    let current =
        sessions["sessions"].as_array().unwrap().iter().find(|session| session["current"] == true);
    current.unwrap()["id"].as_str().unwrap().to_owned()
}

/// Only partners in the fifty most recently active conversations are notified.
#[tokio::test(flavor = "multi_thread")]
async fn partners_of_inactive_conversations_are_not_notified() {
    let chat = Chat::start().await;
    let (alice, bob, old) = chat.pair().await;
    let variables = chat.stack().operator().clone();
    let mut variables = shared::runtime::config::Variables::from((*variables).clone());
    let aws = shared::aws::Aws::new(&mut variables);
    let store = shared::store::Store::new(&mut variables, &aws, chat.stack().clock().clone());
    let mut carol = None;
    for n in 0..50 {
        chat.advance(61);
        let partner = shared::domain::UserId::new(chat.now(), n).to_string();
        let partner = match n {
            0 => carol.insert(chat.joins("Carol").await).id.clone(),
            _ => partner,
        };
        let (bob, partner) = (bob.id.parse().unwrap(), partner.parse().unwrap());
        let conversation = shared::domain::Conversation::direct(bob, partner, chat.now());
        assert!(store.create_conversation(&conversation).await.unwrap());
    }
    let carol = carol.unwrap();
    let (mut alices, mut carols) = (alice.comes_online().await, carol.comes_online().await);
    let bobs = bob.comes_online().await;
    hears_that(&mut carols, &bob, true).await;
    assert!(alices.has_heard("presence").await.is_empty());
    bobs.leaves().await;
    hears_that(&mut carols, &bob, false).await;
    bob.says(&old, "hello again").await;
    alices.hears("entry").await;
    let _bobs = bob.comes_online().await;
    hears_that(&mut alices, &bob, true).await;
}
