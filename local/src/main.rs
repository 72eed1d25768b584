//! `cargo run`: starts the local stack, prints its addresses, and stops on Ctrl-C or SIGTERM.

use std::{
    io::{self, Write},
    net::IpAddr,
    process::ExitCode,
};

use clap::Parser;
use local::{Data, SamServices, Stack};
use tracing_subscriber::{filter::Targets, layer::SubscriberExt, util::SubscriberInitExt};

mod command;

#[tokio::main]
async fn main() -> ExitCode {
    // The engine logs every failed condition, so only these crates log below the error level.
    let crates = [
        "local",
        "shared",
        "auth",
        "profile",
        "conversations",
        "password",
        "realtime",
        "mailer",
        "repair",
    ];
    let filter = Targets::new()
        .with_default(tracing::Level::ERROR)
        .with_targets(crates.map(|name| (name, tracing::Level::INFO)));
    let lines = tracing_subscriber::fmt::layer().with_writer(io::stderr).compact();
    tracing_subscriber::registry().with(lines).with(filter).init();
    match run(command::Command::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // If stderr is closed, there is nothing left to do.
            let _ = writeln!(io::stderr(), "emotechat: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(command: command::Command) -> Result<(), Box<dyn std::error::Error>> {
    let (options, sam) = command.options(print_line);
    // Installed before the start, so that a signal during startup also ends the process cleanly.
    let mut shutdown = std::pin::pin!(shutdown_signal()?);
    let (host, data) = (options.host, options.data.clone());
    match sam {
        None => {
            let stack = tokio::select! {
                stack = Stack::start(options) => stack?,
                () = &mut shutdown => return Ok(()),
            };
            print_line("EmoteChat is ready.");
            print_line(&format!("  chat    {}/", stack.http_url()));
            print_line(&format!("  HTTP    {}/api", stack.http_url()));
            print_line(&format!("  socket  {}", stack.socket_url()));
            print_line(&format!("  mail    {}/_local/", stack.http_url()));
            print_line(&format!("  docs    {}/docs/", stack.http_url()));
            print_details(&data, host);
            shutdown.await;
            stack.stop().await;
        }
        Some(sam) => {
            let services = tokio::select! {
                services = SamServices::start(options, &sam) => services?,
                () = &mut shutdown => return Ok(()),
            };
            print_line("The services are ready for sam local.");
            print_line(&format!("  sam     --env-vars {}", sam.env_vars.display()));
            print_line(&format!("  url      {}", services.advertised()));
            print_line(&format!("  mail    {}/_local/", services.url()));
            print_details(&data, host);
            shutdown.await;
            services.stop().await;
        }
    }
    Ok(())
}

/// Prints where the data is, and a warning if other machines can reach the stack.
fn print_details(data: &Data, host: IpAddr) {
    let data = match data {
        Data::Ephemeral => "in memory".to_owned(),
        Data::Folder(folder) => folder.display().to_string(),
    };
    print_line(&format!("  data    {data}"));
    if !host.is_loopback() {
        print_line(&format!(
            "  WARNING: anyone who can reach {host} can read the emails and reset passwords with their links."
        ));
    }
}

/// Prints and flushes a line. Ignores errors, so that a closed pipe does not stop the stack.
fn print_line(line: &str) {
    let mut out = io::stdout().lock();
    let _ = writeln!(out, "{line}").and_then(|()| out.flush());
}

#[cfg(unix)]
fn shutdown_signal() -> io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

#[cfg(not(unix))]
fn shutdown_signal() -> io::Result<impl Future<Output = ()>> {
    Ok(async {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending().await
        }
    })
}
