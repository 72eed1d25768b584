//! Reads the deployment's template for the local stack: the functions with their events and rights, the table, the secrets
//! and the two APIs. `sam deploy` reads the same file.

use std::{collections::BTreeMap, fmt, path::Path, time::Duration};

use serde_json::{Map, Value};

mod evaluate;
mod events;
mod names;
mod parameters;
mod pattern;
mod policies;
mod resources;
#[cfg(test)]
mod tests;
mod values;
mod yaml;

pub use names::Names;
pub(crate) use names::{ACCOUNT, REGION, arn, function_arn, name, stream_arn, table_arn};
pub use parameters::Parameters;
pub use pattern::Pattern;
pub use policies::Statement;
pub use yaml::read as read_yaml;

/// What is wrong with a template, and where.
#[derive(Debug, PartialEq, Eq)]
pub struct Error(String);

impl Error {
    fn at(place: &str, what: impl fmt::Display) -> Self {
        Self(if place.is_empty() { what.to_string() } else { format!("{place}: {what}") })
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Parser errors may span several lines, but an error must fit on one.
        f.write_str(&self.0.replace('\n', " "))
    }
}

impl std::error::Error for Error {}

/// The parts of a template that the local stack uses.
#[derive(Debug)]
pub struct Template {
    /// The functions, by logical id.
    pub functions: Vec<Function>,
    /// The table.
    pub table: Option<Table>,
    /// The secrets.
    pub secrets: Vec<Secret>,
    /// The HTTP API.
    pub http_api: Option<HttpApi>,
    /// The socket API.
    pub socket_api: Option<SocketApi>,
}

/// An `AWS::Serverless::Function`, with the globals applied.
#[derive(Debug)]
pub struct Function {
    /// The logical id.
    pub id: String,
    /// The name, also in `AWS_LAMBDA_FUNCTION_NAME`.
    pub name: String,
    /// The binary that SAM builds for it.
    pub binary: String,
    /// The environment variables.
    pub environment: BTreeMap<String, String>,
    /// The maximum duration of an invocation.
    pub timeout: Duration,
    /// The memory in megabytes.
    pub memory: u32,
    /// The HTTP routes.
    pub routes: Vec<HttpRoute>,
    /// The event sources on the table's stream.
    pub streams: Vec<StreamSource>,
    /// The schedules.
    pub schedules: Vec<Schedule>,
    /// The rights.
    pub statements: Vec<Statement>,
}

/// An event of type `HttpApi`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HttpRoute {
    /// `GET`, …, or `ANY`.
    pub method: String,
    /// `/api/auth/{proxy+}`, or `$default`.
    pub path: String,
}

/// An event of type `DynamoDB`: the table's stream, in batches.
#[derive(Debug, Clone)]
pub struct StreamSource {
    /// The event's name in the template.
    pub name: String,
    /// Where a new reader starts.
    pub start: Start,
    /// The maximum number of records in one invocation.
    pub batch: usize,
    /// How long to wait for more records while a batch is not full.
    pub window: Duration,
    /// Whether a failed batch is split in two.
    pub bisect: bool,
    /// The maximum number of retries of a failed batch; without one, retries continue until the records expire.
    pub retries: Option<u64>,
    /// The age after which records are discarded; without one, they are kept until the stream drops them.
    pub age: Option<Duration>,
    /// Whether the function's response lists the records that failed.
    pub item_failures: bool,
    /// The ARN of the queue for messages about discarded records.
    pub on_failure: Option<String>,
    /// The filters that select records; without one, all records are delivered.
    pub filters: Vec<Pattern>,
}

/// Where a new reader of a stream starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Start {
    /// `TRIM_HORIZON`: at the oldest record.
    Horizon,
    /// `LATEST`: after the newest record.
    Latest,
}

/// An event of type `Schedule`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Schedule {
    /// The event's name in the template.
    pub name: String,
    /// The time between two invocations.
    pub every: Duration,
}

/// An `AWS::DynamoDB::Table`.
#[derive(Debug)]
pub struct Table {
    /// The name.
    pub name: String,
    /// A `CreateTable` request.
    pub request: Value,
    /// The attribute that holds the time to live.
    pub expires: Option<String>,
}

/// An `AWS::SecretsManager::Secret`.
#[derive(Debug)]
pub struct Secret {
    /// The name.
    pub name: String,
    /// The ARN, which is also the value of `Ref`.
    pub arn: String,
    /// The initial value.
    pub value: SecretValue,
}

/// The initial value of a secret.
#[derive(Debug)]
pub enum SecretValue {
    /// Text from the template.
    Given(String),
    /// A random string of these characters.
    Generated {
        /// The number of characters.
        length: usize,
        /// The characters to choose from.
        characters: Vec<char>,
    },
}

/// An `AWS::Serverless::HttpApi`.
#[derive(Debug)]
pub struct HttpApi {
    /// The id.
    pub id: String,
    /// The CORS configuration.
    pub cors: Option<Cors>,
}

/// A CORS configuration.
#[derive(Debug, Clone, Default)]
pub struct Cors {
    /// Allowed origins, which may contain `*`.
    pub origins: Vec<String>,
    /// Allowed methods.
    pub methods: Vec<String>,
    /// Headers that pages may send.
    pub headers: Vec<String>,
    /// Headers that pages may read.
    pub exposed: Vec<String>,
    /// How long browsers may cache a preflight response, in seconds.
    pub max_age: Option<u64>,
    /// Whether requests may include credentials.
    pub credentials: bool,
}

/// An `AWS::Serverless::WebSocketApi`.
#[derive(Debug)]
pub struct SocketApi {
    /// The id.
    pub id: String,
    /// The name of its stage.
    pub stage: String,
    /// The logical ids of functions, by route key.
    pub routes: BTreeMap<String, String>,
}

impl Template {
    /// Reads a template from a file.
    ///
    /// # Errors
    /// If the file cannot be read, or the template is invalid or unsupported. The error says where.
    pub fn load(path: &Path, parameters: &Parameters, names: &Names) -> Result<Self, Error> {
        let file = path.display().to_string();
        let text = std::fs::read_to_string(path).map_err(|error| Error::at(&file, error))?;
        Self::parse(&text, parameters, names).map_err(|Error(what)| Error::at(&file, what))
    }

    /// Reads a template.
    ///
    /// # Errors
    /// If the template is invalid or unsupported. The error says where.
    pub fn parse(text: &str, parameters: &Parameters, names: &Names) -> Result<Self, Error> {
        let document = yaml::read(text)?;
        let section = |name: &str| match document.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::Object(section)) => Ok(Some(section)),
            Some(_) => Err(Error::at(name, "is not a mapping")),
        };
        let none = Map::new();
        let declared = section("Parameters")?.unwrap_or(&none);
        let evaluator = evaluate::Evaluator {
            parameters: parameters::resolve(declared, parameters)?,
            resources: section("Resources")?.ok_or_else(|| Error::at("", "no Resources"))?,
            conditions: section("Conditions")?,
            names,
        };
        let globals = document.pointer("/Globals/Function").unwrap_or(&Value::Null);
        resources::read(&evaluator, globals)
    }
}
