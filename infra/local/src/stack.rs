//! The whole stack: everything that the template describes, running in this process.

use std::{
    collections::BTreeMap,
    net::{IpAddr, Ipv4Addr, SocketAddr},
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use serde_json::Value;
use shared::Clock;
use tokio::net::TcpListener;

use crate::{
    Builder, Data, Error, Failure, Function, Limits, Mailbox, Secrets, Sockets, Streams, Table,
    Variables,
    data::Held,
    functions,
    http_api::HttpApi,
    mail, random,
    rights::{Principal, Principals, Statement},
    schedules,
    socket_api::Gateway,
    streams::{self, Checkpoints},
    tasks::Tasks,
    template::{self, Names, Parameters, Template},
    time::Time,
};

#[cfg(test)]
mod tests;

/// What a stack is started with. The default suits a test: any free ports, nothing kept.
#[derive(Debug, Clone)]
pub struct Options {
    /// The template; without one, `template.yaml` here, or the project's.
    pub template: Option<PathBuf>,
    /// The address to listen on.
    pub host: IpAddr,
    /// The HTTP API's port; 0 for any free one.
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

/// A running stack. Dropping it ends it as a crash would; see [`Stack::stop`].
#[derive(Debug)]
pub struct Stack {
    names: Names,
    time: Arc<Time>,
    table: Table,
    secrets: Secrets,
    sockets: Sockets,
    streams: Streams,
    mail: Mailbox,
    functions: BTreeMap<String, Function>,
    environments: BTreeMap<String, Variables>,
    operator: Variables,
    tasks: Tasks,
    _data: Held,
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
        let (names, template) = read(&options, http_port, socket_port)?;
        let file = template_file(&options);
        let missing = |kind| Error::Resource { file: file.clone(), kind };
        let table = template.table.ok_or_else(|| missing("AWS::DynamoDB::Table"))?;
        let sockets =
            template.socket_api.ok_or_else(|| missing("AWS::Serverless::WebSocketApi"))?;
        let http_api = template.http_api.ok_or_else(|| missing("AWS::Serverless::HttpApi"))?;

        let loopback = Ipv4Addr::LOCALHOST.into();
        let (table_listener, table_port) = listen(loopback, 0).await?;
        let (secrets_listener, secrets_port) = listen(loopback, 0).await?;
        let (mail_listener, mail_port) = listen(loopback, 0).await?;
        let standard = BTreeMap::from([
            ("AWS_REGION", template::REGION.to_owned()),
            ("AWS_ENDPOINT_URL_DYNAMODB", format!("http://{loopback}:{table_port}")),
            ("AWS_ENDPOINT_URL_SECRETS_MANAGER", format!("http://{loopback}:{secrets_port}")),
            ("AWS_ENDPOINT_URL_SES", format!("http://{loopback}:{mail_port}")),
            (
                "AWS_ENDPOINT_URL_APIGATEWAYMANAGEMENTAPI",
                format!("{}/{}", names.socket_url.replacen("ws", "http", 1), sockets.stage),
            ),
        ]);
        let mut keys = BTreeMap::new();
        let mut environments = BTreeMap::new();
        for function in &template.functions {
            let mut variables = function.environment.clone();
            variables.insert("AWS_LAMBDA_FUNCTION_NAME".to_owned(), function.name.clone());
            let memory = function.memory.to_string();
            variables.insert("AWS_LAMBDA_FUNCTION_MEMORY_SIZE".to_owned(), memory);
            let variables =
                issue(&mut keys, variables, &standard, &function.id, function.statements.clone());
            environments.insert(function.id.clone(), variables);
        }
        let everything = Statement {
            allow: true,
            actions: vec!["*".to_owned()],
            resources: vec!["*".to_owned()],
            equals: BTreeMap::new(),
        };
        let shared = BTreeMap::from([("TABLE_NAME".to_owned(), table.name.clone())]);
        let operator = issue(&mut keys, shared, &standard, "operator", vec![everything]);
        let principals = Principals::new(keys);

        let data = Held::new(&options.data)?;
        if let Data::Folder(folder) = &options.data {
            (options.progress)(&format!("opening the table in {} …", folder.display()));
        }
        let checkpoints = Checkpoints::open(data.file("streams.json"))
            .map_err(|what| data.error(format!("streams.json: {what}")))?;
        let readers = streams::names(&template.functions);
        let table_file = data.file("table.sqlite");
        let table = Table::start(
            table_file.as_deref(),
            &table,
            time.clock(),
            table_listener,
            principals.clone(),
            &tasks,
            checkpoints.passed(readers.iter().map(String::as_str)),
        )
        .map_err(|what| data.error(format!("table.sqlite: {what}")))?;
        let secrets =
            Secrets::open(template.secrets, data.file("secrets.json"), time.clock().clone())
                .map_err(|what| data.error(format!("secrets.json: {what}")))?;
        secrets.serve(secrets_listener, principals.clone(), &tasks);
        let mail = Mailbox::open(data.file("mail.json"))
            .map_err(|what| data.error(format!("mail.json: {what}")))?;
        mail::serve(mail.clone(), mail_listener, principals.clone(), time.clone(), &tasks);

        let mut functions = BTreeMap::new();
        let mut routes = Vec::new();
        for declared in &template.functions {
            let builder = builders.get(declared.binary.as_str()).ok_or_else(|| {
                Error::Unlinked { function: declared.id.clone(), binary: declared.binary.clone() }
            })?;
            let environment = environments[&declared.id].clone();
            let invoke = builder(environment, time.clock().clone()).await.map_err(|what| {
                Error::Function { function: declared.id.clone(), what: what.replace('\n', " ") }
            })?;
            let function = Function::new(&declared.id, declared.timeout, invoke, tasks.clone());
            routes.extend(declared.routes.iter().map(|route| (route.clone(), function.clone())));
            functions.insert(declared.id.clone(), function);
        }
        let streams = Streams::start(
            &template.functions,
            &functions,
            table.stream().clone(),
            checkpoints,
            &options.limits,
            &time,
            &tasks,
        )
        .await
        .map_err(|what| data.error(format!("the table's stream: {what}")))?;
        for declared in &template.functions {
            let Some(function) = functions.get(&declared.id) else { continue };
            for schedule in &declared.schedules {
                schedules::start(
                    &declared.id,
                    function.clone(),
                    schedule.clone(),
                    options.limits.clone(),
                    time.clone(),
                    &tasks,
                );
            }
        }
        HttpApi::new(&http_api, routes, options.limits.clone(), time.clone(), mail.clone())
            .serve(http, &tasks);
        let gateway = Gateway::new(
            &sockets,
            &functions,
            principals,
            options.limits,
            time.clone(),
            tasks.clone(),
        );
        let sockets = gateway.serve(socket);
        Ok(Self {
            names,
            time,
            table,
            secrets,
            sockets,
            streams,
            mail,
            functions,
            environments,
            operator,
            tasks,
            _data: data,
        })
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
        &self.table
    }

    /// The secrets.
    pub fn secrets(&self) -> &Secrets {
        &self.secrets
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
        &self.mail
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

    /// A function's environment, by its logical id.
    pub fn environment(&self, function: &str) -> Option<&Variables> {
        self.environments.get(function)
    }

    /// An environment whose access key may do everything, for tests that look into the table.
    pub fn operator(&self) -> &Variables {
        &self.operator
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

async fn listen(host: IpAddr, port: u16) -> Result<(TcpListener, u16), Error> {
    let address = SocketAddr::new(host, port);
    let error = |source| Error::Listen { address, source };
    let listener = TcpListener::bind(address).await.map_err(error)?;
    let port = listener.local_addr().map_err(error)?.port();
    Ok((listener, port))
}

fn read(options: &Options, http: u16, socket: u16) -> Result<(Names, Template), Error> {
    // Listening on every address, it is found on this one.
    let host = match options.host {
        host if host.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        host => host,
    };
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
    let template = Template::load(&template_file(options), &parameters, &names)?;
    Ok((names, template))
}

fn template_file(options: &Options) -> PathBuf {
    let here = Path::new("template.yaml");
    match &options.template {
        Some(file) => file.clone(),
        None if here.exists() => here.to_owned(),
        None => {
            let project = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../template.yaml");
            project.canonicalize().unwrap_or(project)
        }
    }
}

/// Gives somebody an access key, in the environment that Lambda would give them.
fn issue(
    keys: &mut BTreeMap<String, Arc<Principal>>,
    mut variables: BTreeMap<String, String>,
    standard: &BTreeMap<&str, String>,
    name: &str,
    statements: Vec<Statement>,
) -> Variables {
    let key = random::access_key();
    for (name, value) in standard {
        variables.insert((*name).to_owned(), value.clone());
    }
    variables.insert("AWS_ACCESS_KEY_ID".to_owned(), key.clone());
    variables.insert("AWS_SECRET_ACCESS_KEY".to_owned(), random::access_key());
    keys.insert(key, Arc::new(Principal { name: name.to_owned(), statements }));
    Arc::new(variables)
}
