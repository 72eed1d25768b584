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

/// A running stack. Dropping it ends it like a crash; [`Stack::stop`] ends it cleanly.
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
    /// If any part cannot be started.
    pub async fn start(options: Options) -> Result<Self, Error> {
        Self::start_with(options, functions::builders()).await
    }

    /// Starts the stack with these functions, keyed by binary name.
    ///
    /// # Errors
    /// If any part cannot be started.
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
        let functions = services.initialize(&template.functions, &builders).await?;
        let streams = services.connect_events(&template.functions, &functions, &options).await?;
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

    /// The base URL of the HTTP API: `http://127.0.0.1:3000`. The API's paths begin with `/api`.
    pub fn http_url(&self) -> &str {
        &self.names.http_url
    }

    /// The base URL of the socket API: `ws://127.0.0.1:3001`.
    pub fn socket_url(&self) -> &str {
        &self.names.socket_url
    }

    /// The clock that the gateways and the functions read.
    pub fn clock(&self) -> &Clock {
        self.time.clock()
    }

    /// Moves the clock forward: functions see the new time, schedules fire, and sockets that are idle or too old are closed.
    pub fn advance(&self, by: Duration) {
        self.time.advance(by);
    }

    /// The table, with its recorded calls and its injected faults.
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

    /// The table's stream, as delivered to functions.
    pub fn streams(&self) -> &Streams {
        &self.streams
    }

    /// The emails that the stack caught.
    pub fn mail(&self) -> &Mailbox {
        &self.services.mail
    }

    /// Invokes a function directly, by its logical id.
    ///
    /// # Errors
    /// If the function does not exist, fails, panics, or exceeds its timeout.
    pub async fn invoke(&self, function: &str, event: Value) -> Result<Value, Failure> {
        let Some(function) = self.functions.get(function) else {
            tracing::error!(function, "unknown function");
            return Err(Failure::Error);
        };
        function.call(event, Duration::MAX).await
    }

    /// The rights that each function has used so far, by logical id.
    pub fn used_rights(&self) -> BTreeMap<String, Rights> {
        self.services.principals.used()
    }

    /// A function's environment, by its logical id.
    pub fn environment(&self, function: &str) -> Option<&Variables> {
        self.services.environments.get(function)
    }

    /// An environment whose access key has all rights, for tests that inspect the table.
    pub fn operator(&self) -> &Variables {
        &self.services.operator
    }

    /// Waits until no function is running.
    pub async fn quiet(&self) {
        self.tasks.quiet().await;
    }

    /// Stops the stack. Its ports and its data are free when this returns.
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
    // The pages that the stack serves call the API from this origin.
    let origins = vec![names.http_url.clone(), format!("http://localhost:{http}")];
    let reset_page = format!("{}/_local/reset", names.http_url);
    let parameters = Parameters {
        overrides: options.parameters.clone(),
        additions: [("AllowedOrigins".to_owned(), origins)].into(),
        // In a deployment, the client provides this page.
        defaults: [("ResetPageUrl".to_owned(), reset_page)].into(),
    };
    let template = Template::load(&options.template_file(), &parameters, &names)?;
    Ok((names, template))
}
