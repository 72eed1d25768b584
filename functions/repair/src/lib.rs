//! Repairs heads that no longer point at the newest entry of their log.
//!
//! A request that appends an entry moves the head while it pushes, and may crash before that. The table's stream has every entry
//! and every head. If an entry has no matching head, this function moves the head to the newest entry.

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

/// The services that this function uses.
#[derive(Debug, Clone)]
pub struct State {
    store: Store,
}

/// Prepares the function.
///
/// # Errors
/// Names every variable that is missing.
pub async fn start(mut variables: Variables, clock: Clock) -> Result<State, config::Error> {
    let aws = Aws::new(&mut variables);
    let store = Store::new(&mut variables, &aws, clock);
    // Not warmed, because no client waits for this function.
    variables.finish()?;
    Ok(State { store })
}

/// Handles a batch of the table's stream. A record that arrives twice, late or out of order never moves a head back.
///
/// # Errors
/// If the batch cannot be read or the table fails. Lambda then retries the batch.
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

/// Conversations whose newest entry in this batch has no matching head update.
fn without_head(changes: impl Iterator<Item = Change>) -> BTreeMap<ConversationId, u64> {
    let (mut newest, mut heads) = (BTreeMap::new(), BTreeMap::new());
    for change in changes {
        let (seqs, conversation_id, seq) = match change {
            Change::Entry(conversation_id, seq) => (&mut newest, conversation_id, seq),
            Change::Head(conversation_id, seq) => (&mut heads, conversation_id, seq),
        };
        let newest_seq = seqs.entry(conversation_id).or_insert(seq);
        *newest_seq = seq.max(*newest_seq);
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
        tracing::info!("moved a head to the newest entry");
    }
    Ok(())
}
