//! The services without the APIs, for functions that run elsewhere: in the containers of `sam local`. One port has the table,
//! the secrets and the mail behind a [proxy](proxy), and the mailbox's page.
//!
//! What no request would wake, `mailer` and `repair`, runs here: SAM runs nothing on a stream or a schedule.

use std::{
    collections::BTreeMap,
    net::{IpAddr, Ipv4Addr, SocketAddr},
    path::PathBuf,
    sync::Arc,
};

use crate::{
    Builder, Error, Mailbox, Options, Streams,
    aws::services::{Services, listen},
    gateway::socket::Gateway,
    host::{data, functions, tasks::Tasks, time::Time},
    template::{Names, Parameters, Template},
};

mod env_vars;
mod keys;
mod proxy;
#[cfg(test)]
mod tests;

/// Where `sam local start-api` listens unless it is told otherwise.
const SAM_LOCAL: &str = "http://127.0.0.1:3000";

/// The name that containers of Docker know their host by.
const DOCKERS_HOST: &str = "host.docker.internal";

/// How the functions find an outpost.
#[derive(Debug, Clone)]
pub struct SamOptions {
    /// The file that tells them, for `sam local`'s `--env-vars`.
    pub env_vars: PathBuf,
    /// The name or address that they reach this machine by, if not the one that is listened on.
    pub advertised: Option<String>,
    /// Whether the functions on the table's stream and on schedules run here.
    pub wakes: bool,
}

/// Running services. Dropping them ends them as a crash would; see [`SamServices::stop`].
#[derive(Debug)]
pub struct SamServices {
    url: String,
    advertised: String,
    services: Services,
    streams: Streams,
    tasks: Tasks,
}

impl SamServices {
    /// Starts the services, and writes the file for the functions.
    ///
    /// # Errors
    /// If anything of it cannot be started, or the file not be written.
    pub async fn start(options: Options, posting: &SamOptions) -> Result<Self, Error> {
        Self::start_with(options, posting, functions::builders()).await
    }

    async fn start_with(
        options: Options,
        posting: &SamOptions,
        builders: BTreeMap<&'static str, Builder>,
    ) -> Result<Self, Error> {
        let tasks = Tasks::default();
        let time = Arc::new(Time::new(options.clock.clone()));
        let (listener, port) = listen(options.host, options.http_port).await?;
        let url = format!("http://{}", SocketAddr::new(options.reachable(), port));
        let advertised = match &posting.advertised {
            Some(host) => format!("http://{host}:{port}"),
            None if is_anywhere(options.host) => format!("http://{DOCKERS_HOST}:{port}"),
            None => url.clone(),
        };
        let names =
            Names { http_url: SAM_LOCAL.to_owned(), socket_url: url.replacen("http", "ws", 1) };
        let parameters =
            Parameters { overrides: options.parameters.clone(), ..Parameters::default() };
        let mut template = Template::load(&options.template_file(), &parameters, &names)?;
        let table = options.found(template.table.take(), "AWS::DynamoDB::Table")?;
        let sockets = options.found(template.socket_api.take(), "AWS::Serverless::WebSocketApi")?;

        let (management, management_port) = listen(Ipv4Addr::LOCALHOST.into(), 0).await?;
        let sockets_url = format!("http://127.0.0.1:{management_port}/{}", sockets.stage);
        let services =
            Services::start(&options, &table, &mut template, sockets_url, &time, &tasks).await?;
        let woken = template.functions.iter().filter(|declared| {
            posting.wakes && !(declared.streams.is_empty() && declared.schedules.is_empty())
        });
        let woken = services.initialise(woken, &builders).await?;
        let streams = services.wake(&template.functions, &woken, &options).await?;
        // Nobody can open a socket here: whatever is posted to one of yesterday's is answered 410.
        let (principals, limits) = (services.principals.clone(), options.limits.clone());
        Gateway::new(&sockets, &BTreeMap::new(), principals, limits, time, tasks.clone())
            .serve(management);

        let ids = template.functions.iter().map(|function| function.id.as_str());
        let keys = keys::of(ids, services.data.file("keys.json"))
            .map_err(|what| services.data.error(format!("keys.json: {what}")))?;
        let told = env_vars::of(&template.functions, &keys, &advertised)?;
        let told = serde_json::to_vec_pretty(&told).map_err(std::io::Error::from);
        told.and_then(|told| data::replace(&posting.env_vars, &told))
            .map_err(|source| Error::EnvVars { file: posting.env_vars.clone(), source })?;
        proxy::ServiceProxy::new(&keys, &services).serve(listener, &tasks);
        Ok(Self { url, advertised, services, streams, tasks })
    }

    /// Where it is on this machine: `http://127.0.0.1:3002`.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Where the functions are told that it is: `http://host.docker.internal:3002`.
    pub fn advertised(&self) -> &str {
        &self.advertised
    }

    /// The mails that were caught.
    pub fn mail(&self) -> &Mailbox {
        &self.services.mail
    }

    /// The table's stream, as it is delivered to the functions that run here.
    pub fn streams(&self) -> &Streams {
        &self.streams
    }

    /// Ends it; its ports and its data are free when this returns.
    pub async fn stop(self) {
        self.tasks.stop().await;
    }
}

impl Drop for SamServices {
    fn drop(&mut self) {
        self.tasks.abort();
    }
}

/// Whether an address to listen on says nothing about where others find this machine.
fn is_anywhere(host: IpAddr) -> bool {
    host.is_loopback() || host.is_unspecified()
}
