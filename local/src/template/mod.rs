//! The deployment's template, read for this machine: which functions there are, what reaches them and
//! what they may do, the table, the secrets and the two APIs. `sam deploy` reads the same file.

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
        // One line, whatever the parser had to say.
        f.write_str(&self.0.replace('\n', " "))
    }
}

impl std::error::Error for Error {}

/// What the local stack takes from a template.
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

/// An `AWS::Serverless::Function`, the globals applied.
#[derive(Debug)]
pub struct Function {
    /// Its logical id.
    pub id: String,
    /// Its name: `AWS_LAMBDA_FUNCTION_NAME`.
    pub name: String,
    /// The binary that SAM builds for it.
    pub binary: String,
    /// Its environment.
    pub environment: BTreeMap<String, String>,
    /// How long an invocation may take.
    pub timeout: Duration,
    /// Its memory in megabytes.
    pub memory: u32,
    /// What reaches it by HTTP.
    pub routes: Vec<HttpRoute>,
    /// What reaches it from the table.
    pub streams: Vec<StreamSource>,
    /// What reaches it at a rate.
    pub schedules: Vec<Schedule>,
    /// What it may do.
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
    /// Where it starts when it is new.
    pub start: Start,
    /// Records in one invocation, at most.
    pub batch: usize,
    /// How long a batch that is not full waits for more.
    pub window: Duration,
    /// Whether a failed batch is split in two.
    pub bisect: bool,
    /// How often a failed batch is tried again; without one, until its records expire.
    pub retries: Option<u64>,
    /// Records older than this are discarded; without one, when the stream drops them.
    pub age: Option<Duration>,
    /// Whether the function's answer says which records failed.
    pub item_failures: bool,
    /// The ARN of the queue that hears of discarded records.
    pub on_failure: Option<String>,
    /// Which records it is invoked for: all, if there is none.
    pub filters: Vec<Pattern>,
}

/// Where a new reader of a stream starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Start {
    /// `TRIM_HORIZON`: at the oldest record.
    Horizon,
    /// `LATEST`: behind the newest record.
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
    /// Its name.
    pub name: String,
    /// A `CreateTable` request.
    pub request: Value,
    /// The attribute that holds the time to live.
    pub expires: Option<String>,
}

/// An `AWS::SecretsManager::Secret`.
#[derive(Debug)]
pub struct Secret {
    /// Its name.
    pub name: String,
    /// Its ARN, which is what `Ref` gives.
    pub arn: String,
    /// What it holds at first.
    pub value: SecretValue,
}

/// What a secret holds at first.
#[derive(Debug)]
pub enum SecretValue {
    /// A text of the template.
    Given(String),
    /// So many characters at random out of these.
    Generated {
        /// How many.
        length: usize,
        /// Out of which.
        characters: Vec<char>,
    },
}

/// An `AWS::Serverless::HttpApi`.
#[derive(Debug)]
pub struct HttpApi {
    /// Its id.
    pub id: String,
    /// Its CORS configuration.
    pub cors: Option<Cors>,
}

/// What pages of which origins may do.
#[derive(Debug, Clone, Default)]
pub struct Cors {
    /// Origins, with `*`.
    pub origins: Vec<String>,
    /// Methods.
    pub methods: Vec<String>,
    /// Headers that they may send.
    pub headers: Vec<String>,
    /// Headers that they may read.
    pub exposed: Vec<String>,
    /// How long a preflight holds, in seconds.
    pub max_age: Option<u64>,
    /// Whether cookies are sent along.
    pub credentials: bool,
}

/// An `AWS::Serverless::WebSocketApi`.
#[derive(Debug)]
pub struct SocketApi {
    /// Its id.
    pub id: String,
    /// The name of its stage.
    pub stage: String,
    /// Route key to logical id of a function.
    pub routes: BTreeMap<String, String>,
}

impl Template {
    /// Reads a template's file.
    ///
    /// # Errors
    /// If it cannot be read, or says something that this stack does not understand; the error names the place.
    pub fn load(path: &Path, parameters: &Parameters, names: &Names) -> Result<Self, Error> {
        let file = path.display().to_string();
        let text = std::fs::read_to_string(path).map_err(|error| Error::at(&file, error))?;
        Self::parse(&text, parameters, names).map_err(|Error(what)| Error::at(&file, what))
    }

    /// Reads a template.
    ///
    /// # Errors
    /// If it says something that this stack does not understand; the error names the place.
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
