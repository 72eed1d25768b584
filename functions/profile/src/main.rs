//! Starts the function on Lambda.

use shared::{Clock, config::Variables, start};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    start::logs();
    lambda_http::run(profile::start(Variables::of_process(), Clock::system()).await?).await
}
