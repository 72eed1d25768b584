//! The services without the APIs, for functions that run elsewhere: in the containers of `sam local`. One port serves the
//! table, the secrets and the email service through a [proxy](proxy), and the mailbox page.
//!
//! `mailer` and `repair` run here, because SAM runs no functions on streams or schedules.

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

/// The default address of `sam local start-api`.
const SAM_LOCAL: &str = "http://127.0.0.1:3000";

/// The name by which Docker containers reach their host.
const DOCKER_HOST: &str = "host.docker.internal";

/// How functions under `sam local` reach the services.
#[derive(Debug, Clone)]
pub struct SamOptions {
    /// The file to write for `sam local`'s `--env-vars`.
    pub env_vars: PathBuf,
    /// The host name or address that functions use. Defaults to the listen address.
    pub advertised: Option<String>,
    /// Whether to run the functions on the table's stream and on schedules.
    pub runs_background: bool,
}

/// The running services. Dropping them ends them like a crash; [`SamServices::stop`] ends them cleanly.
#[derive(Debug)]
pub struct SamServices {
    url: String,
    advertised: String,
    services: Services,
    streams: Streams,
    tasks: Tasks,
}

impl SamServices {
    /// Starts the services and writes the file for `--env-vars`.
    ///
    /// # Errors
    /// If any part cannot be started, or the file cannot be written.
    pub async fn start(options: Options, sam: &SamOptions) -> Result<Self, Error> {
        Self::start_with(options, sam, functions::builders()).await
    }

    async fn start_with(
        options: Options,
        sam: &SamOptions,
        builders: BTreeMap<&'static str, Builder>,
    ) -> Result<Self, Error> {
        let tasks = Tasks::default();
        let time = Arc::new(Time::new(options.clock.clone()));
        let (listener, port) = listen(options.host, options.http_port).await?;
        let url = format!("http://{}", SocketAddr::new(options.reachable(), port));
        let advertised = match &sam.advertised {
            Some(host) => format!("http://{host}:{port}"),
            None if is_local_or_unspecified(options.host) => format!("http://{DOCKER_HOST}:{port}"),
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
        let background = template.functions.iter().filter(|declared| {
            sam.runs_background && !(declared.streams.is_empty() && declared.schedules.is_empty())
        });
        let background = services.initialize(background, &builders).await?;
        let streams = services.connect_events(&template.functions, &background, &options).await?;
        // No client can open a socket here. A post to an old connection gets 410.
        let (principals, limits) = (services.principals.clone(), options.limits.clone());
        Gateway::new(&sockets, &BTreeMap::new(), principals, limits, time, tasks.clone())
            .serve(management);

        let ids = template.functions.iter().map(|function| function.id.as_str());
        let keys = keys::of(ids, services.data.file("keys.json"))
            .map_err(|what| services.data.error(format!("keys.json: {what}")))?;
        let variables = env_vars::of(&template.functions, &keys, &advertised)?;
        let text = serde_json::to_vec_pretty(&variables).map_err(std::io::Error::from);
        text.and_then(|text| data::replace(&sam.env_vars, &text))
            .map_err(|source| Error::EnvVars { file: sam.env_vars.clone(), source })?;
        proxy::ServiceProxy::new(&keys, &services).serve(listener, &tasks);
        Ok(Self { url, advertised, services, streams, tasks })
    }

    /// The URL on this machine: `http://127.0.0.1:3002`.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The URL that functions use: `http://host.docker.internal:3002`.
    pub fn advertised(&self) -> &str {
        &self.advertised
    }

    /// The emails that the services caught.
    pub fn mail(&self) -> &Mailbox {
        &self.services.mail
    }

    /// The table's stream, as delivered to the functions that run here.
    pub fn streams(&self) -> &Streams {
        &self.streams
    }

    /// Stops the services. Their ports and their data are free when this returns.
    pub async fn stop(self) {
        self.tasks.stop().await;
    }
}

impl Drop for SamServices {
    fn drop(&mut self) {
        self.tasks.abort();
    }
}

/// Whether the address is loopback or unspecified, so that other hosts cannot use it to reach this machine.
fn is_local_or_unspecified(host: IpAddr) -> bool {
    host.is_loopback() || host.is_unspecified()
}
