//! A function that does nothing, as the baseline of the benchmark.

use lambda_runtime::{Error, LambdaEvent, service_fn};
use serde_json::{Value, json};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    lambda_runtime::run(service_fn(answer)).await
}

async fn answer(_: LambdaEvent<Value>) -> Result<Value, Error> {
    Ok(json!({ "statusCode": 200 }))
}
