//! What a stack is started with.

use std::{
    collections::BTreeMap,
    net::{IpAddr, Ipv4Addr},
    path::{Path, PathBuf},
};

use shared::Clock;

use crate::{Data, Error, Limits};

/// What a stack is started with. The default suits a test: any free ports, nothing kept.
#[derive(Debug, Clone)]
pub struct Options {
    /// The template; without one, `template.yaml` here, or the project's.
    pub template: Option<PathBuf>,
    /// The address to listen on.
    pub host: IpAddr,
    /// The port of the HTTP API, or of an outpost; 0 for any free one.
    pub http_port: u16,
    /// The socket API's port; 0 for any free one.
    pub socket_port: u16,
    /// Where the data is kept.
    pub data: Data,
    /// Values of the template's parameters, instead of their defaults.
    pub parameters: BTreeMap<String, String>,
    /// The gateways' limits.
    pub limits: Limits,
    /// The clock of the gateways and the functions.
    pub clock: Clock,
    /// Is told what takes a while.
    pub progress: fn(&str),
}

impl Default for Options {
    fn default() -> Self {
        Self {
            template: None,
            host: Ipv4Addr::LOCALHOST.into(),
            http_port: 0,
            socket_port: 0,
            data: Data::Ephemeral,
            parameters: BTreeMap::new(),
            limits: Limits::default(),
            clock: Clock::system(),
            progress: |_| (),
        }
    }
}

impl Options {
    /// The template's file.
    pub(crate) fn template_file(&self) -> PathBuf {
        let here = Path::new("template.yaml");
        match &self.template {
            Some(file) => file.clone(),
            None if here.exists() => here.to_owned(),
            None => {
                let project = Path::new(env!("CARGO_MANIFEST_DIR")).join("../template.yaml");
                project.canonicalize().unwrap_or(project)
            }
        }
    }

    /// An address that this machine finds itself on: listening on every one, it does on this.
    pub(crate) fn reachable(&self) -> IpAddr {
        match self.host {
            host if host.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
            host => host,
        }
    }

    /// A resource that a stack is made of, or that the template lacks it.
    pub(crate) fn found<T>(&self, resource: Option<T>, kind: &'static str) -> Result<T, Error> {
        resource.ok_or_else(|| Error::Resource { file: self.template_file(), kind })
    }
}
