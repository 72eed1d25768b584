//! The command line.

use std::{collections::BTreeMap, net::IpAddr, path::PathBuf};

use clap::Parser;
use local::{Data, Options};

/// Runs EmoteChat on this machine: the HTTP API, the socket and the table.
#[derive(Debug, Parser)]
#[command(name = "emotechat", version)]
pub(crate) struct Command {
    /// Port of the HTTP API; 0 for any free one
    #[arg(long, default_value_t = 3000)]
    port: u16,
    /// Port of the socket; 0 for any free one
    #[arg(long, default_value_t = 3001)]
    socket_port: u16,
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
    /// Address to listen on
    #[arg(long, default_value = "127.0.0.1")]
    host: IpAddr,
}

impl Command {
    /// What the stack is started with.
    pub(crate) fn options(self, progress: fn(&str)) -> Options {
        Options {
            template: self.template,
            host: self.host,
            http_port: self.port,
            socket_port: self.socket_port,
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
