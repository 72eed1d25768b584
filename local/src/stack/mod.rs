//! The whole stack: everything that the template describes, running in this process.

use std::{collections::BTreeMap, net::SocketAddr, sync::Arc, time::Duration};

use serde_json::Value;
use shared::Clock;

use crate::{
    Builder, Error, Failure, Function, Mailbox, Options, Rights, Secrets, Sockets, Streams, Table,
    Variables,
    aws::services::{Services, listen},
    gateway::{http::HttpApi, socket::Gateway},
    host::{functions, tasks::Tasks, time::Time},
    pages::Pages,
    template::{Names, Parameters, Template},
};

#[cfg(test)]
mod tests;

/// A running stack. Dropping it ends it as a crash would; see [`Stack::stop`].
#[derive(Debug)]
pub struct Stack {
    names: Names,
    time: Arc<Time>,
    services: Services,
    sockets: Sockets,
    streams: Streams,
    functions: BTreeMap<String, Function>,
    tasks: Tasks,
}

impl Stack {
    /// Starts the stack with the project's functions.
    ///
    /// # Errors
    /// If anything of it cannot be started.
    pub async fn start(options: Options) -> Result<Self, Error> {
        Self::start_with(options, functions::builders()).await
    }

    /// Starts the stack with these functions, by the name of their binary.
    ///
    /// # Errors
    /// If anything of it cannot be started.
    pub async fn start_with(
        options: Options,
        builders: BTreeMap<&'static str, Builder>,
    ) -> Result<Self, Error> {
        let tasks = Tasks::default();
        let time = Arc::new(Time::new(options.clock.clone()));
        let (http, http_port) = listen(options.host, options.http_port).await?;
        let (socket, socket_port) = listen(options.host, options.socket_port).await?;
        let (names, mut template) = read(&options, http_port, socket_port)?;
        let table = options.found(template.table.take(), "AWS::DynamoDB::Table")?;
        let sockets = options.found(template.socket_api.take(), "AWS::Serverless::WebSocketApi")?;
        let http_api = options.found(template.http_api.take(), "AWS::Serverless::HttpApi")?;

        let management =
            format!("{}/{}", names.socket_url.replacen("ws", "http", 1), sockets.stage);
        let services =
            Services::start(&options, &table, &mut template, management, &time, &tasks).await?;
        let functions = services.initialise(&template.functions, &builders).await?;
        let streams = services.wake(&template.functions, &functions, &options).await?;
        let routes = template.functions.iter().flat_map(|declared| {
            let function = &functions[&declared.id];
            declared.routes.iter().map(|route| (route.clone(), function.clone()))
        });
        let pages =
            Pages { mailbox: services.mail.clone(), socket_url: Some(names.socket_url.clone()) };
        HttpApi::new(&http_api, routes, options.limits.clone(), time.clone(), pages)
            .serve(http, &tasks);
        let gateway = Gateway::new(
            &sockets,
            &functions,
            services.principals.clone(),
            options.limits,
            time.clone(),
            tasks.clone(),
        );
        let sockets = gateway.serve(socket);
        Ok(Self { names, time, services, sockets, streams, functions, tasks })
    }

    /// Where the HTTP API is: `http://127.0.0.1:3000`; its paths begin with `/api`.
    pub fn http_url(&self) -> &str {
        &self.names.http_url
    }

    /// Where the socket API is: `ws://127.0.0.1:3001`.
    pub fn socket_url(&self) -> &str {
        &self.names.socket_url
    }

    /// The clock that the gateways and the functions read.
    pub fn clock(&self) -> &Clock {
        self.time.clock()
    }

    /// Lets time pass: functions see it, schedules fire, and sockets that are idle or too old are closed.
    pub fn advance(&self, by: Duration) {
        self.time.advance(by);
    }

    /// The table: its calls, and its faults.
    pub fn table(&self) -> &Table {
        &self.services.table
    }

    /// The secrets.
    pub fn secrets(&self) -> &Secrets {
        &self.services.secrets
    }

    /// The open sockets.
    pub fn sockets(&self) -> &Sockets {
        &self.sockets
    }

    /// The table's stream, as it is delivered to functions.
    pub fn streams(&self) -> &Streams {
        &self.streams
    }

    /// The mails that were caught.
    pub fn mail(&self) -> &Mailbox {
        &self.services.mail
    }

    /// Invokes a function, by its logical id, past all that would reach it: as its owner can.
    ///
    /// # Errors
    /// If there is no such function, or it fails, panics, or needs longer than its timeout.
    pub async fn invoke(&self, function: &str, event: Value) -> Result<Value, Failure> {
        let Some(function) = self.functions.get(function) else {
            tracing::error!(function, "there is no such function");
            return Err(Failure::Error);
        };
        function.call(event, Duration::MAX).await
    }

    /// The rights that each function has used so far, by its logical id: those that something was allowed by.
    pub fn used_rights(&self) -> BTreeMap<String, Rights> {
        self.services.principals.used()
    }

    /// A function's environment, by its logical id.
    pub fn environment(&self, function: &str) -> Option<&Variables> {
        self.services.environments.get(function)
    }

    /// An environment whose access key may do everything, for tests that look into the table.
    pub fn operator(&self) -> &Variables {
        &self.services.operator
    }

    /// Returns at a moment when no function is being invoked.
    pub async fn quiet(&self) {
        self.tasks.quiet().await;
    }

    /// Ends the stack; its ports and its data are free when this returns.
    pub async fn stop(self) {
        self.tasks.stop().await;
    }
}

impl Drop for Stack {
    fn drop(&mut self) {
        self.tasks.abort();
    }
}

fn read(options: &Options, http: u16, socket: u16) -> Result<(Names, Template), Error> {
    let host = options.reachable();
    let names = Names {
        http_url: format!("http://{}", SocketAddr::new(host, http)),
        socket_url: format!("ws://{}", SocketAddr::new(host, socket)),
    };
    // Pages that the stack itself serves may use it.
    let own = vec![names.http_url.clone(), format!("http://localhost:{http}")];
    let reset = format!("{}/_local/reset", names.http_url);
    let parameters = Parameters {
        overrides: options.parameters.clone(),
        additions: [("AllowedOrigins".to_owned(), own)].into(),
        // Deployed, the page is the client's own.
        defaults: [("ResetPageUrl".to_owned(), reset)].into(),
    };
    let template = Template::load(&options.template_file(), &parameters, &names)?;
    Ok((names, template))
}
