//! A batch of the table's stream: mails that were put into the outbox.

use aws_lambda_events::{
    dynamodb::EventRecord,
    streams::{DynamoDbBatchItemFailure, DynamoDbEventResponse},
};
use shared::store;

use crate::{State, deliver};

/// Sends the mails of a batch in their order. Where SES has no time now, it stops: the stream delivers that mail and those
/// behind it again.
pub(crate) async fn handle(state: &State, records: Vec<EventRecord>) -> DynamoDbEventResponse {
    let mut failures = DynamoDbEventResponse::default();
    for record in records {
        let keys = record.change.keys;
        let Some(id) = store::mail_id(&keys) else {
            tracing::error!("a record of the stream is no mail: the filter lets through too much");
            continue;
        };
        if let Err(error) = deliver::deliver(state, id).await {
            tracing::warn!(mail.id = %id, error.message = %error, "a mail could not be sent yet");
            let mut failure = DynamoDbBatchItemFailure::default();
            failure.item_identifier = record.change.sequence_number;
            failures.batch_item_failures.push(failure);
            break;
        }
    }
    failures
}
