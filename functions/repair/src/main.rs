//! Starts the function on Lambda.

use lambda_runtime::{Error, LambdaEvent, service_fn};
use shared::{
    Clock,
    runtime::{config::Variables, logs},
};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    logs::start();
    let state = &repair::start(Variables::from_process(), Clock::system()).await?;
    let handler = async |event: LambdaEvent<_>| repair::handle(state, event.payload).await;
    lambda_runtime::run(service_fn(handler)).await
}
