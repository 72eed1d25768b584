//! Sends the emails in the outbox with SES. The table's stream invokes it. A schedule also invokes it, to retry emails that the
//! stream gave up on.
//!
//! An email is deleted from the outbox after SES accepted it, so a record that arrives twice, late or out of order sends nothing.
//! A crash before the deletion sends the email again, because it must be sent at least once (I10).

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

/// The services and settings that this function uses.
#[derive(Debug, Clone)]
pub struct State {
    store: Store,
    reset_keys: ResetKeys,
    sender: ses::Sender,
    pages: letter::Pages,
}

/// Prepares the function.
///
/// # Errors
/// Names every variable that is missing or invalid.
pub async fn start(mut variables: Variables, clock: Clock) -> Result<State, config::Error> {
    let aws = Aws::new(&mut variables);
    let state = State {
        store: Store::new(&mut variables, &aws, clock.clone()),
        reset_keys: ResetKeys::new(&mut variables, &aws, clock),
        sender: ses::Sender::new(&mut variables, &aws),
        pages: letter::Pages::new(&mut variables),
    };
    // Not warmed, because no client waits for this function.
    variables.finish()?;
    Ok(state)
}

/// Handles an event: a batch of the table's stream, or the schedule's event, which is any other value.
///
/// # Errors
/// If a batch cannot be read, or a sweep cannot read the outbox. Lambda then retries the event.
pub async fn handle(state: &State, event: Value) -> Result<Value, String> {
    if event.get("Records").is_none() {
        sweep::handle(state).await.map_err(|error| error.to_string())?;
        return Ok(Value::Null);
    }
    let event: Event = serde_json::from_value(event).map_err(|error| error.to_string())?;
    let failures = outbox::handle(state, event.records).await;
    Ok(json!(failures))
}
