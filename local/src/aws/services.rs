//! The services that functions call: the table, the secrets and the email service. Each endpoint listens on loopback and enforces
//! the rights that the template grants. The functions' environments contain the endpoints' URLs.

use std::{
    collections::BTreeMap,
    net::{IpAddr, Ipv4Addr, SocketAddr},
    sync::Arc,
};

use tokio::net::TcpListener;

use crate::{
    Builder, Data, Error, Function, Mailbox, Options, Secrets, Streams, Table, Variables,
    aws::{
        mail,
        rights::{Principal, Principals},
        schedules,
        streams::{self, Checkpoints},
    },
    host::{data::DataDir, random, tasks::Tasks, time::Time},
    template::{self, Statement, Template},
};

/// The running services.
#[derive(Debug)]
pub(crate) struct Services {
    pub(crate) table: Table,
    pub(crate) secrets: Secrets,
    pub(crate) mail: Mailbox,
    pub(crate) principals: Principals,
    /// Each function's environment, by its logical id.
    pub(crate) environments: BTreeMap<String, Variables>,
    /// An environment whose access key has all rights.
    pub(crate) operator: Variables,
    pub(crate) data: DataDir,
    checkpoints: Checkpoints,
    time: Arc<Time>,
    tasks: Tasks,
}

impl Services {
    /// Starts the services that the template describes. `sockets` is the URL at which functions post to sockets.
    pub(crate) async fn start(
        options: &Options,
        table: &template::Table,
        template: &mut Template,
        sockets: String,
        time: &Arc<Time>,
        tasks: &Tasks,
    ) -> Result<Self, Error> {
        let loopback = Ipv4Addr::LOCALHOST.into();
        let (table_listener, table_port) = listen(loopback, 0).await?;
        let (secrets_listener, secrets_port) = listen(loopback, 0).await?;
        let (mail_listener, mail_port) = listen(loopback, 0).await?;
        let standard = BTreeMap::from([
            ("AWS_REGION", template::REGION.to_owned()),
            ("AWS_ENDPOINT_URL_DYNAMODB", format!("http://{loopback}:{table_port}")),
            ("AWS_ENDPOINT_URL_SECRETS_MANAGER", format!("http://{loopback}:{secrets_port}")),
            ("AWS_ENDPOINT_URL_SES", format!("http://{loopback}:{mail_port}")),
            ("AWS_ENDPOINT_URL_APIGATEWAYMANAGEMENTAPI", sockets),
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

        let data = DataDir::new(&options.data)?;
        if let Data::Folder(folder) = &options.data {
            (options.progress)(&format!("opening the table in {}…", folder.display()));
        }
        let checkpoints = Checkpoints::open(data.file("streams.json"))
            .map_err(|what| data.error(format!("streams.json: {what}")))?;
        let readers = streams::names(&template.functions);
        let table_file = data.file("table.sqlite");
        let table = Table::start(
            table_file.as_deref(),
            table,
            time.clock(),
            table_listener,
            principals.clone(),
            tasks,
            checkpoints.passed(readers.iter().map(String::as_str)),
        )
        .map_err(|what| data.error(format!("table.sqlite: {what}")))?;
        let declared = std::mem::take(&mut template.secrets);
        let secrets = Secrets::open(declared, data.file("secrets.json"), time.clock().clone())
            .map_err(|what| data.error(format!("secrets.json: {what}")))?;
        secrets.serve(secrets_listener, principals.clone(), tasks);
        let mail = Mailbox::open(data.file("mail.json"))
            .map_err(|what| data.error(format!("mail.json: {what}")))?;
        mail::serve(mail.clone(), mail_listener, principals.clone(), time.clone(), tasks);
        let (time, tasks) = (time.clone(), tasks.clone());
        Ok(Self {
            table,
            secrets,
            mail,
            principals,
            environments,
            operator,
            data,
            checkpoints,
            time,
            tasks,
        })
    }

    /// Initializes these functions in this process.
    pub(crate) async fn initialize<'a>(
        &self,
        declared: impl IntoIterator<Item = &'a template::Function>,
        builders: &BTreeMap<&'static str, Builder>,
    ) -> Result<BTreeMap<String, Function>, Error> {
        let mut functions = BTreeMap::new();
        for declared in declared {
            let builder = builders.get(declared.binary.as_str()).ok_or_else(|| {
                Error::Unlinked { function: declared.id.clone(), binary: declared.binary.clone() }
            })?;
            let environment = self.environments[&declared.id].clone();
            let invoke = builder(environment, self.time.clock().clone()).await.map_err(|what| {
                Error::Function { function: declared.id.clone(), what: what.replace('\n', " ") }
            })?;
            let function =
                Function::new(&declared.id, declared.timeout, invoke, self.tasks.clone());
            functions.insert(declared.id.clone(), function);
        }
        Ok(functions)
    }

    /// Connects the table's stream and the schedules to these functions of the template.
    pub(crate) async fn connect_events(
        &self,
        declared: &[template::Function],
        functions: &BTreeMap<String, Function>,
        options: &Options,
    ) -> Result<Streams, Error> {
        let streams = Streams::start(
            declared,
            functions,
            self.table.stream().clone(),
            self.checkpoints.clone(),
            &options.limits,
            &self.time,
            &self.tasks,
        )
        .await
        .map_err(|what| self.data.error(format!("the table's stream: {what}")))?;
        for declared in declared {
            let Some(function) = functions.get(&declared.id) else { continue };
            for schedule in &declared.schedules {
                schedules::start(
                    &declared.id,
                    function.clone(),
                    schedule.clone(),
                    options.limits.clone(),
                    self.time.clone(),
                    &self.tasks,
                );
            }
        }
        Ok(streams)
    }
}

/// Listens on an address, and returns the listener and its actual port.
pub(crate) async fn listen(host: IpAddr, port: u16) -> Result<(TcpListener, u16), Error> {
    let address = SocketAddr::new(host, port);
    let error = |source| Error::Listen { address, source };
    let listener = TcpListener::bind(address).await.map_err(error)?;
    let port = listener.local_addr().map_err(error)?.port();
    Ok((listener, port))
}

/// Creates an access key for a caller, and returns the environment that Lambda would provide.
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
    keys.insert(key, Arc::new(Principal::new(name, statements)));
    Arc::new(variables)
}
