//! The options of a stack.

use std::{
    collections::BTreeMap,
    net::{IpAddr, Ipv4Addr},
    path::{Path, PathBuf},
};

use shared::Clock;

use crate::{Data, Error, Limits};

/// The options of a stack. The defaults suit a test: free ports, and data in memory.
#[derive(Debug, Clone)]
pub struct Options {
    /// The template. Defaults to `template.yaml` in the current directory, or else the project's.
    pub template: Option<PathBuf>,
    /// The address to listen on.
    pub host: IpAddr,
    /// The port of the HTTP API, or of the services for `sam local`; 0 picks a free port.
    pub http_port: u16,
    /// The port of the socket API; 0 picks a free port.
    pub socket_port: u16,
    /// Where data is stored.
    pub data: Data,
    /// Values that override the defaults of the template's parameters.
    pub parameters: BTreeMap<String, String>,
    /// The limits that the gateways enforce.
    pub limits: Limits,
    /// The clock that the gateways and the functions read.
    pub clock: Clock,
    /// Receives a line before each slow step.
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
    /// The path of the template.
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

    /// The address at which this machine reaches the stack: loopback if the stack listens on every address.
    pub(crate) fn reachable(&self) -> IpAddr {
        match self.host {
            host if host.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
            host => host,
        }
    }

    /// Unwraps a resource that the stack needs.
    ///
    /// # Errors
    /// If the template does not declare it.
    pub(crate) fn found<T>(&self, resource: Option<T>, kind: &'static str) -> Result<T, Error> {
        resource.ok_or_else(|| Error::Resource { file: self.template_file(), kind })
    }
}
