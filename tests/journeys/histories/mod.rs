//! I3: histories that nobody thought of. Whatever people do, and whatever is lost, repeated or cut off on the way, what they
//! are shown, what the log tells and what their clients kept is the same. A history that breaks it is shrunk and printed.

use std::cell::RefCell;

use futures::future::join_all;
use proptest::{
    collection::vec,
    test_runner::{Config, TestRunner, contextualize_config},
};

use crate::support::{Chat, Person, ulid};

mod check;
mod operation;
mod room;
mod world;

use operation::{Operation, operation};
use world::World;

/// As many as take some seconds; `PROPTEST_CASES` asks for more.
const HISTORIES: u32 = 16;

#[test]
fn whatever_happens_everybody_sees_the_same() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let parameters = [("EntriesPerSender", "1000"), ("RegistrationsPerSource", "1000000")];
    let chat = runtime.block_on(Chat::with_parameters(&parameters));
    let config = Config {
        cases: HISTORIES,
        failure_persistence: None,
        max_shrink_iters: 400,
        ..Config::default()
    };
    let stage = RefCell::new(Stage { chat: &chat, people: Vec::new(), pairs: Vec::new() });
    let histories = vec(operation(), 1..56);
    let result = TestRunner::new(contextualize_config(config)).run(&histories, |history| {
        runtime.block_on(stage.borrow_mut().lives(&history));
        Ok(())
    });
    if let Err(error) = result {
        panic!("{error}");
    }
}

/// Where histories take place. Passwords take long to hash, so people live through several, each in a new group and in
/// the direct conversation of another two of them.
struct Stage<'a> {
    chat: &'a Chat,
    people: Vec<Person<'a>>,
    pairs: Vec<[usize; 2]>,
}

impl Stage<'_> {
    async fn lives(&mut self, history: &[Operation]) {
        if self.pairs.is_empty() {
            let suffix = ulid(self.chat.now());
            let names = ["Alice", "Bob", "Carol", "Dan"].map(|name| format!("{name}{suffix}"));
            self.people = join_all(names.iter().map(|name| self.chat.joins(name))).await;
            self.pairs = vec![[2, 3], [1, 3], [0, 3], [1, 2], [0, 2], [0, 1]];
        }
        let pair = self.pairs.pop().unwrap();
        let mut world = World::new(self.chat, &self.people, pair).await;
        for operation in history {
            world.does(operation).await;
        }
        world.is_the_same_for_all().await;
    }
}
