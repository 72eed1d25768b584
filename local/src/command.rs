//! The command line and its options.

use std::{collections::BTreeMap, net::IpAddr, path::PathBuf};

use clap::{Args, Parser, Subcommand};
use local::{Data, Options, SamOptions};

/// Runs EmoteChat locally: the HTTP API, the socket API and the table
#[derive(Debug, Parser)]
#[command(name = "emotechat", version, args_conflicts_with_subcommands = true)]
pub(crate) struct Command {
    /// Port of the HTTP API; 0 picks a free port
    #[arg(long, default_value_t = 3000)]
    port: u16,
    /// Port of the socket API; 0 picks a free port
    #[arg(long, default_value_t = 3001)]
    socket_port: u16,
    #[command(flatten)]
    common: Common,
    #[command(subcommand)]
    part: Option<Part>,
}

/// A part of the stack to run on its own.
#[derive(Debug, Subcommand)]
enum Part {
    /// Runs only the table, the secrets and the email service, for functions that `sam local` runs
    Services(Services),
}

#[derive(Debug, Args)]
struct Services {
    /// Port of all services; 0 picks a free port
    #[arg(long, default_value_t = 3002)]
    port: u16,
    /// File to write for sam local's --env-vars: the service URLs of each function, with its secret key
    #[arg(long, value_name = "FILE", default_value = "infra/env-vars.json")]
    env_vars: PathBuf,
    /// Host name or address at which containers reach this machine. Defaults to the listen address, or to host.docker.internal if
    /// that address is loopback or unspecified
    #[arg(long, value_name = "HOST")]
    advertise: Option<String>,
    /// Do not run mailer and repair: emails stay in the outbox until you invoke the functions
    #[arg(long)]
    no_streams: bool,
    #[command(flatten)]
    common: Common,
}

#[derive(Debug, Args)]
struct Common {
    /// Folder to keep all data in
    #[arg(long, value_name = "DIR", default_value = ".emotechat")]
    data: PathBuf,
    /// Keep all data in memory; it is lost on exit
    #[arg(long, conflicts_with = "data")]
    ephemeral: bool,
    /// Template to run instead of the project's
    #[arg(long, value_name = "FILE")]
    template: Option<PathBuf>,
    /// Value of a template parameter; repeatable
    #[arg(long = "parameter", value_name = "NAME=VALUE", value_parser = assignment)]
    parameters: Vec<(String, String)>,
    /// Address to listen on. Beyond 127.0.0.1, anyone who can reach it can read the emails and reset passwords with their links
    #[arg(long, default_value = "127.0.0.1")]
    host: IpAddr,
}

impl Command {
    /// The options of the stack, and those for `sam local` if only the services run.
    pub(crate) fn options(self, progress: fn(&str)) -> (Options, Option<SamOptions>) {
        match self.part {
            None => {
                let common = self.common.options(progress);
                let options =
                    Options { http_port: self.port, socket_port: self.socket_port, ..common };
                (options, None)
            }
            Some(Part::Services(services)) => {
                let common = services.common.options(progress);
                let sam = SamOptions {
                    env_vars: services.env_vars,
                    advertised: services.advertise,
                    runs_background: !services.no_streams,
                };
                (Options { http_port: services.port, ..common }, Some(sam))
            }
        }
    }
}

impl Common {
    fn options(self, progress: fn(&str)) -> Options {
        Options {
            template: self.template,
            host: self.host,
            data: if self.ephemeral { Data::Ephemeral } else { Data::Folder(self.data) },
            parameters: self.parameters.into_iter().collect::<BTreeMap<_, _>>(),
            progress,
            ..Options::default()
        }
    }
}

fn assignment(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').ok_or("expected NAME=VALUE")?;
    Ok((name.to_owned(), value.to_owned()))
}
