//! Finishes what a crash left undone: head hints that no longer point at the newest entry of their log.
//!
//! Whoever appends an entry moves the head beside its pushes, and may be gone before. The table's stream tells of every entry
//! and of every head; where an entry has none, the head is moved to what is the newest by now.

use std::collections::BTreeMap;

use aws_lambda_events::dynamodb::Event;
use serde_json::Value;
use shared::{
    Clock,
    aws::Aws,
    domain::ConversationId,
    runtime::config::{self, Variables},
    store::{self, Change, Store},
};

/// What this function can reach.
#[derive(Debug, Clone)]
pub struct State {
    store: Store,
}

/// The function, ready to repair.
///
/// # Errors
/// Names every variable that is missing.
pub async fn start(mut variables: Variables, clock: Clock) -> Result<State, config::Error> {
    let aws = Aws::new(&mut variables);
    let store = Store::new(&mut variables, &aws, clock);
    // Not warmed: nobody waits for it.
    variables.finish()?;
    Ok(State { store })
}

/// Answers a batch of the table's stream. Records that come twice, late or out of order move nothing back.
///
/// # Errors
/// Where the batch cannot be read or the table does not answer: the batch is worth another try.
pub async fn handle(state: &State, event: Value) -> Result<Value, String> {
    let event: Event = serde_json::from_value(event).map_err(|error| error.to_string())?;
    let changes = event.records.iter().filter_map(|record| {
        let record = &record.change;
        store::change(&record.keys, &record.new_image)
    });
    for (conversation_id, seq) in without_head(changes) {
        repair(&state.store, &conversation_id, seq).await.map_err(|error| error.to_string())?;
    }
    Ok(Value::Null)
}

/// The conversations of whose newest entry in a batch no head follows in the same batch.
fn without_head(changes: impl Iterator<Item = Change>) -> BTreeMap<ConversationId, u64> {
    let (mut newest, mut heads) = (BTreeMap::new(), BTreeMap::new());
    for change in changes {
        let (seqs, conversation_id, seq) = match change {
            Change::Entry(conversation_id, seq) => (&mut newest, conversation_id, seq),
            Change::Head(conversation_id, seq) => (&mut heads, conversation_id, seq),
        };
        let standing = seqs.entry(conversation_id).or_insert(seq);
        *standing = seq.max(*standing);
    }
    newest.retain(|id, seq| heads.get(id).is_none_or(|head| head < seq));
    newest
}

async fn repair(store: &Store, id: &ConversationId, seq: u64) -> Result<(), store::Error> {
    let head = store.heads(std::iter::once(id)).await?.pop();
    if head.is_some_and(|head| head.head_seq >= seq) {
        return Ok(());
    }
    let Some(window) = store.window(id, 1, true).await? else { return Ok(()) };
    let Some(newest) = window.newest() else { return Ok(()) };
    if store.put_head(&window.conversation, newest, None).await? {
        tracing::info!("a head was moved to its newest entry");
    }
    Ok(())
}
