//! I3: random histories. Whatever users do, and whatever is lost, repeated or interrupted, the API, the log and the clients
//! show the same. A history that breaks this is shrunk and printed.

use std::cell::RefCell;

use futures::future::join_all;
use proptest::test_runner::{Config, RngSeed, TestRunner, contextualize_config};

use crate::support::{Chat, Person, ulid};

mod check;
mod count;
mod operation;
mod room;
mod world;

use count::{Counts, WANTED};
use operation::{Operation, history};
use world::World;

/// The number of histories in each run, which are the same each time and take a few seconds.
const HISTORIES: u32 = 12;

/// The seed of these histories.
const SEED: u64 = 1;

/// `PROPTEST_CASES` sets the number of additional random histories.
#[test]
fn every_history_converges() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let parameters = [("EntriesPerSender", "1000"), ("RegistrationsPerSource", "1000000")];
    let chat = runtime.block_on(Chat::with_parameters(&parameters));
    let always = Config {
        cases: HISTORIES,
        rng_seed: RngSeed::Fixed(SEED),
        failure_persistence: None,
        max_shrink_iters: 400,
        ..Config::default()
    };
    let more = Config { cases: 0, rng_seed: RngSeed::Random, ..always.clone() };
    let stage = Stage { chat: &chat, people: Vec::new(), pairs: Vec::new(), counts: Counts::new() };
    let stage = RefCell::new(stage);
    let runs = |config: Config| {
        let result = TestRunner::new(config).run(&history(), |history| {
            runtime.block_on(stage.borrow_mut().runs(&history));
            Ok(())
        });
        if let Err(error) = result {
            panic!("{error}");
        }
    };
    runs(always);

    let counts = stage.borrow().counts.clone();
    let missing: Vec<&str> = WANTED.into_iter().filter(|what| !counts.contains_key(what)).collect();
    assert!(missing.is_empty(), "no {missing:?} in {counts:?}: change the seed or the weights");
    runs(contextualize_config(more));
}

/// The users of all histories. Hashing passwords is slow, so the same users run several histories, each in a new group and in
/// the direct conversation of a new pair.
struct Stage<'a> {
    chat: &'a Chat,
    people: Vec<Person<'a>>,
    pairs: Vec<[usize; 2]>,
    counts: Counts,
}

impl Stage<'_> {
    async fn runs(&mut self, history: &[Operation]) {
        if self.pairs.is_empty() {
            let suffix = ulid(self.chat.now());
            let names = ["Alice", "Bob", "Carol", "Dan"].map(|name| format!("{name}{suffix}"));
            self.people = join_all(names.iter().map(|name| self.chat.joins(name))).await;
            self.pairs = vec![[2, 3], [1, 3], [0, 3], [1, 2], [0, 2], [0, 1]];
        }
        let pair = self.pairs.pop().unwrap();
        let mut world = World::new(self.chat, &self.people, pair).await;
        for operation in history {
            world.performs(operation).await;
        }
        world.check_convergence().await;
        for (what, times) in world.counts.into_iter().filter(|(_, times)| *times > 0) {
            *self.counts.entry(what).or_default() += times;
        }
    }
}
