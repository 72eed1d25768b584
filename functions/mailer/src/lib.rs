//! The mails of the outbox, sent by SES. The table's stream wakes it, and a schedule sends what the stream gave up on.
//!
//! A mail stands in the outbox until SES has it, and goes then: a record that is delivered twice, late or out of order finds
//! nothing left to send. A crash between sending and taking out sends twice: at least once is what is promised (I10).

use aws_lambda_events::dynamodb::Event;
use serde_json::{Value, json};
use shared::{
    Clock,
    aws::Aws,
    runtime::config::{self, Variables},
    secrets::ResetKeys,
    store::Store,
};

mod deliver;
mod letter;
mod outbox;
mod ses;
mod sweep;

/// What this function can reach.
#[derive(Debug, Clone)]
pub struct State {
    store: Store,
    reset_keys: ResetKeys,
    sender: ses::Sender,
    pages: letter::Pages,
}

/// The function, ready to send.
///
/// # Errors
/// Names every variable that is missing or wrong.
pub async fn start(mut variables: Variables, clock: Clock) -> Result<State, config::Error> {
    let aws = Aws::new(&mut variables);
    let state = State {
        store: Store::new(&mut variables, &aws, clock.clone()),
        reset_keys: ResetKeys::new(&mut variables, &aws, clock),
        sender: ses::Sender::new(&mut variables, &aws),
        pages: letter::Pages::new(&mut variables),
    };
    // Not warmed: nobody waits for it.
    variables.finish()?;
    Ok(state)
}

/// Answers an event: a batch of the table's stream, or anything else, which is the schedule's.
///
/// # Errors
/// Where a batch cannot be read, or the outbox cannot be on a sweep: the event is worth another try.
pub async fn handle(state: &State, event: Value) -> Result<Value, String> {
    if event.get("Records").is_none() {
        sweep::handle(state).await.map_err(|error| error.to_string())?;
        return Ok(Value::Null);
    }
    let event: Event = serde_json::from_value(event).map_err(|error| error.to_string())?;
    let failures = outbox::handle(state, event.records).await;
    Ok(json!(failures))
}
