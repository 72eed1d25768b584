//! Handles a batch of the table's stream: new emails in the outbox.

use aws_lambda_events::{
    dynamodb::EventRecord,
    streams::{DynamoDbBatchItemFailure, DynamoDbEventResponse},
};
use shared::store;

use crate::{State, deliver};

/// Sends the emails of a batch in order. Stops at the first one that cannot be sent now: the stream delivers that email and all
/// later ones again.
pub(crate) async fn handle(state: &State, records: Vec<EventRecord>) -> DynamoDbEventResponse {
    let mut failures = DynamoDbEventResponse::default();
    for record in records {
        let keys = record.change.keys;
        let Some(id) = store::mail_id(&keys) else {
            tracing::error!("a stream record is not an email: the event filter is too wide");
            continue;
        };
        if let Err(error) = deliver::deliver(state, id).await {
            tracing::warn!(mail.id = %id, error.message = %error, "failed to send an email, will retry");
            let mut failure = DynamoDbBatchItemFailure::default();
            failure.item_identifier = record.change.sequence_number;
            failures.batch_item_failures.push(failure);
            break;
        }
    }
    failures
}
