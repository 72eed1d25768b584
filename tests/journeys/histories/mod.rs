//! I3: histories that nobody thought of. Whatever people do, and whatever is lost, repeated or cut off on the way, what they
//! are shown, what the log tells and what their clients kept is the same. A history that breaks it is shrunk and printed.

use proptest::{
    collection::vec,
    test_runner::{Config, TestRunner, contextualize_config},
};

use crate::support::Chat;

mod check;
mod operation;
mod room;
mod world;

use operation::{Operation, operation};
use world::World;

/// As many as take some seconds; `PROPTEST_CASES` asks for more.
const HISTORIES: u32 = 24;

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
    let case = std::cell::Cell::new(0);
    let result =
        TestRunner::new(contextualize_config(config)).run(&vec(operation(), 1..48), |history| {
            case.set(case.get() + 1);
            runtime.block_on(lives(&chat, case.get(), &history));
            Ok(())
        });
    if let Err(error) = result {
        panic!("{error}");
    }
}

/// A history of people who nobody met before, and what all of them have at its end.
async fn lives(chat: &Chat, case: usize, history: &[Operation]) {
    let mut world = World::new(chat, case).await;
    for operation in history {
        world.does(operation).await;
    }
    world.is_the_same_for_all().await;
}
