//! Starts the function on Lambda.

use shared::{
    Clock,
    runtime::{config::Variables, logs},
};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    logs::start();
    lambda_http::run(auth::start(Variables::from_process(), Clock::system()).await?).await
}
