//! A retry after thousands of other messages.

use shared::{
    aws::Aws,
    domain::{Content, Draft, Intent, Message},
    runtime::{config::Variables, entropy},
    store::Store,
};

use crate::support::{Chat, Person, client_id};

fn store_of(chat: &Chat) -> Store {
    let mut variables = Variables::from((**chat.stack().operator()).clone());
    let aws = Aws::new(&mut variables);
    Store::new(&mut variables, &aws, chat.stack().clock().clone())
}

/// Adds messages with the store directly, without the gateway.
async fn fill(store: &Store, sender: &Person<'_>, conversation: &str, messages: usize) {
    let conversation = conversation.parse().unwrap();
    for _ in 0..messages {
        let client_id = client_id(sender.chat.now()).parse().unwrap();
        let message = Message::new(client_id, Content::parse("hi").unwrap(), None);
        let (sender_id, intent) = (sender.id.parse().unwrap(), Intent::Send(message));
        let initial_read = store.initial_read(&conversation, &intent).await.unwrap();
        let draft = Draft { sender_id, intent, write_id: entropy::short() };
        store.append(&conversation, initial_read, &draft, u32::MAX).await.unwrap();
    }
}

/// I2: a retry finds its message among the last 5,000 entries. Beyond them it is rejected, because it could create a
/// duplicate.
#[tokio::test(flavor = "multi_thread")]
async fn a_retry_after_five_thousand_entries_is_rejected_and_never_duplicated() {
    let chat = Chat::start().await;
    let (alice, bob, conversation) = chat.pair().await;
    let store = store_of(&chat);
    let (id, never_sent) = (client_id(chat.now()), client_id(chat.now()));
    let sent = alice.tries_to_send(&conversation, &id, "first").await.expect(201);
    chat.advance(60);
    fill(&store, &bob, &conversation, 4_990).await;
    chat.advance(60);
    assert_eq!(alice.tries_to_send(&conversation, &id, "first").await.expect(200), sent);
    fill(&store, &bob, &conversation, 20).await;
    for id in [&id, &never_sent] {
        let answer = alice.tries_to_send(&conversation, id, "first").await;
        answer.rejects(400, "client_id_too_old");
    }
    assert_eq!(alice.says(&conversation, "second").await["seq"], 5_012);
}

/// A search far back is expensive, so many of them are throttled. Nothing is lost.
#[tokio::test(flavor = "multi_thread")]
async fn many_late_retries_are_throttled() {
    let chat = Chat::start().await;
    let (alice, bob, conversation) = chat.pair().await;
    let id = client_id(chat.now());
    let sent = alice.tries_to_send(&conversation, &id, "first").await.expect(201);
    chat.advance(60);
    fill(&store_of(&chat), &bob, &conversation, 200).await;
    for _ in 0..10 {
        assert_eq!(alice.tries_to_send(&conversation, &id, "first").await.expect(200), sent);
    }
    alice.tries_to_send(&conversation, &id, "first").await.rejects(429, "too_many_messages");
    alice.says(&conversation, "a new one").await;
    chat.advance(10);
    assert_eq!(alice.tries_to_send(&conversation, &id, "first").await.expect(200), sent);
}
