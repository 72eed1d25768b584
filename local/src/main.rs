//! `cargo run`: starts the local stack, says where it is, and ends on Ctrl-C or SIGTERM.

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
    // The engine reports every failed condition; the functions' own words are what one wants to see.
    let ours = [
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
        .with_targets(ours.map(|name| (name, tracing::Level::INFO)));
    let lines = tracing_subscriber::fmt::layer().with_writer(io::stderr).compact();
    tracing_subscriber::registry().with(lines).with(filter).init();
    match run(command::Command::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Where nobody reads, nothing is left to do.
            let _ = writeln!(io::stderr(), "emotechat: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(command: command::Command) -> Result<(), Box<dyn std::error::Error>> {
    let (options, posting) = command.options(say);
    // Before the start: a signal during it ends the process cleanly too.
    let mut ended = std::pin::pin!(ended()?);
    let (host, data) = (options.host, options.data.clone());
    match posting {
        None => {
            let stack = tokio::select! {
                stack = Stack::start(options) => stack?,
                () = &mut ended => return Ok(()),
            };
            say("EmoteChat is ready.");
            say(&format!("  chat    {}/", stack.http_url()));
            say(&format!("  HTTP    {}/api", stack.http_url()));
            say(&format!("  socket  {}", stack.socket_url()));
            say(&format!("  mail    {}/_local/", stack.http_url()));
            say(&format!("  docs    {}/docs/", stack.http_url()));
            say_more(&data, host);
            ended.await;
            stack.stop().await;
        }
        Some(posting) => {
            let outpost = tokio::select! {
                outpost = SamServices::start(options, &posting) => outpost?,
                () = &mut ended => return Ok(()),
            };
            say("The services are ready, for functions that sam local runs.");
            say(&format!("  sam     --env-vars {}", posting.env_vars.display()));
            say(&format!("  there   {}", outpost.advertised()));
            say(&format!("  mail    {}/_local/", outpost.url()));
            say_more(&data, host);
            ended.await;
            outpost.stop().await;
        }
    }
    Ok(())
}

/// Where the data is, and who else may get at it.
fn say_more(data: &Data, host: IpAddr) {
    let data = match data {
        Data::Ephemeral => "in memory".to_owned(),
        Data::Folder(folder) => folder.display().to_string(),
    };
    say(&format!("  data    {data}"));
    if !host.is_loopback() {
        say(&format!(
            "  CAREFUL: whoever reaches {host} reads the mails, and with their links sets passwords."
        ));
    }
}

/// Prints a line at once; a closed pipe is no reason to stop.
fn say(line: &str) {
    let mut out = io::stdout().lock();
    let _ = writeln!(out, "{line}").and_then(|()| out.flush());
}

#[cfg(unix)]
fn ended() -> io::Result<impl Future<Output = ()>> {
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
fn ended() -> io::Result<impl Future<Output = ()>> {
    Ok(async {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending().await
        }
    })
}
