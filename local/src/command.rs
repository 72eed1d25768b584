//! The command line.

use std::{collections::BTreeMap, net::IpAddr, path::PathBuf};

use clap::{Args, Parser, Subcommand};
use local::{Data, Options, SamOptions};

/// Runs EmoteChat on this machine: the HTTP API, the socket and the table.
#[derive(Debug, Parser)]
#[command(name = "emotechat", version, args_conflicts_with_subcommands = true)]
pub(crate) struct Command {
    /// Port of the HTTP API; 0 for any free one
    #[arg(long, default_value_t = 3000)]
    port: u16,
    /// Port of the socket; 0 for any free one
    #[arg(long, default_value_t = 3001)]
    socket_port: u16,
    #[command(flatten)]
    common: Common,
    #[command(subcommand)]
    instead: Option<Instead>,
}

/// What runs instead of the whole.
#[derive(Debug, Subcommand)]
enum Instead {
    /// Runs only what functions reach, the table, the secrets and the mail, for functions that `sam local` runs
    Services(Services),
}

#[derive(Debug, Args)]
struct Services {
    /// Port of everything; 0 for any free one
    #[arg(long, default_value_t = 3002)]
    port: u16,
    /// The file to write for sam local's --env-vars: it tells each function where everything is, by a secret key of its own
    #[arg(long, value_name = "FILE", default_value = "infra/env-vars.json")]
    env_vars: PathBuf,
    /// What the functions' containers reach this machine by, instead of the address that is listened on, or host.docker.internal
    /// where that address is this machine's alone or every one
    #[arg(long, value_name = "HOST")]
    advertise: Option<String>,
    /// Run neither mailer nor repair: mails stay in the outbox until somebody invokes them
    #[arg(long)]
    no_streams: bool,
    #[command(flatten)]
    common: Common,
}

#[derive(Debug, Args)]
struct Common {
    /// Folder in which everything is kept
    #[arg(long, value_name = "DIR", default_value = ".emotechat")]
    data: PathBuf,
    /// Keep nothing: the data ends with the process
    #[arg(long, conflicts_with = "data")]
    ephemeral: bool,
    /// The template to run instead of the project's
    #[arg(long, value_name = "FILE")]
    template: Option<PathBuf>,
    /// A value for one of the template's parameters; may be repeated
    #[arg(long = "parameter", value_name = "NAME=VALUE", value_parser = assignment)]
    parameters: Vec<(String, String)>,
    /// Address to listen on. Whoever reaches another than 127.0.0.1 reads the mails, and with their links sets passwords
    #[arg(long, default_value = "127.0.0.1")]
    host: IpAddr,
}

impl Command {
    /// What is started: the stack, or an outpost.
    pub(crate) fn options(self, progress: fn(&str)) -> (Options, Option<SamOptions>) {
        match self.instead {
            None => {
                let common = self.common.options(progress);
                let options =
                    Options { http_port: self.port, socket_port: self.socket_port, ..common };
                (options, None)
            }
            Some(Instead::Services(services)) => {
                let common = services.common.options(progress);
                let posting = SamOptions {
                    env_vars: services.env_vars,
                    advertised: services.advertise,
                    wakes: !services.no_streams,
                };
                (Options { http_port: services.port, ..common }, Some(posting))
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
