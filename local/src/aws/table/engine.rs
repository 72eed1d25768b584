//! The embedded DynamoDB engine, on a separate thread and runtime: its server runs SQLite on its workers, which would block
//! everything else.

use std::{
    fs::File,
    io::{ErrorKind, Read},
    net::SocketAddr,
    path::Path,
    sync::Arc,
    thread::JoinHandle,
    time::Duration,
};

use dynoxide::{Database, DynoxideError, ImportOptions};
use serde_json::{Value, json};
use shared::Clock;
use tokio::sync::oneshot;

use super::{
    stream::{Sequence, Stream, Written},
    upkeep,
};
use crate::template;

/// How often expired items are removed. DynamoDB may take days.
const SWEEP: Duration = Duration::from_secs(60);

/// The running engine. Dropping it stops it.
pub(super) struct Engine {
    pub(super) address: SocketAddr,
    pub(super) stream: Stream,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Engine {
    /// Opens the table in its file or in memory, and creates it if it does not exist.
    ///
    /// The file is SQLite in WAL mode with `synchronous` at its default, FULL: a write is acknowledged after it is in the log and
    /// the log is synced. No acknowledged write is lost if the process is killed or the machine loses power.
    pub(super) fn start(
        file: Option<&Path>,
        table: &template::Table,
        clock: &Clock,
        passed: Option<Sequence>,
    ) -> Result<Self, String> {
        let database = match file {
            None => Database::memory_with_clock(Arc::new(SharedClock(clock.clone()))),
            Some(file) => {
                require_sqlite(file)?;
                Database::new(file.to_str().ok_or("the path is not UTF-8")?)
            }
        };
        let database = database.map_err(|error| text(&error))?;
        create(&database, table)?;
        if let Some(file) = file {
            upkeep::tidy(file, &table.name, passed)?;
        }
        let listener = std::net::TcpListener::bind("127.0.0.1:0")
            .and_then(|listener| listener.set_nonblocking(true).map(|()| listener));
        let listener = listener.map_err(|error| error.to_string())?;
        let address = listener.local_addr().map_err(|error| error.to_string())?;
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .thread_name("table")
            .enable_all()
            .build()
            .map_err(|error| error.to_string())?;
        let (stop, stopped) = oneshot::channel();
        let stream = Stream {
            database: database.clone(),
            table: table.name.as_str().into(),
            runtime: runtime.handle().clone(),
            clock: if file.is_none() { clock.clone() } else { Clock::system() },
            written: Written::default(),
        };
        let (served, written) = (database, stream.written.clone());
        let thread = std::thread::Builder::new().name("table".to_owned()).spawn(move || {
            runtime.block_on(async {
                let swept = served.clone();
                tokio::spawn(async move {
                    let mut every = tokio::time::interval(SWEEP);
                    loop {
                        every.tick().await;
                        if let Err(error) = swept.sweep_ttl() {
                            tracing::error!(error = %text(&error), "failed to remove expired items");
                        }
                        written.notify();
                    }
                });
                match tokio::net::TcpListener::from_std(listener) {
                    Ok(listener) => tokio::select! {
                        () = dynoxide::server::serve_on(listener, served) => {}
                        _ = stopped => {}
                    },
                    Err(error) => tracing::error!(error = %error, "failed to serve the table"),
                }
            });
            // Ends the connections' tasks, which releases the file.
            drop(runtime);
        });
        let thread = thread.map_err(|error| error.to_string())?;
        Ok(Self { address, stream, stop: Some(stop), thread: Some(thread) })
    }

    /// Removes expired items now.
    pub(super) fn sweep(&self) -> Result<usize, String> {
        let swept = self.stream.database.sweep_ttl();
        self.stream.nudge();
        swept.map_err(|error| text(&error))
    }

    /// Puts items into the table without checking rights and without stream records.
    pub(super) fn import(&self, items: Vec<Value>) -> Result<(), String> {
        let items = serde_json::from_value(Value::Array(items));
        let items = items.map_err(|error| format!("invalid item: {error}"))?;
        let imported =
            self.stream.database.import_items(&self.stream.table, items, ImportOptions::default());
        imported.map(drop).map_err(|error| text(&error))
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            // The thread has already reported a panic.
            let _ = thread.join();
        }
    }
}

/// The clock of an in-memory engine, which follows the stack's clock. An engine with a file uses the system clock.
struct SharedClock(Clock);

impl dynoxide::storage_backend::Clock for SharedClock {
    fn now_unix_secs(&self) -> u64 {
        self.0.now().as_millis() / 1000
    }

    fn now_unix_secs_f64(&self) -> f64 {
        Duration::from_millis(self.0.now().as_millis()).as_secs_f64()
    }
}

/// Rejects a file that is not SQLite. Otherwise the engine would report it as an encrypted database.
fn require_sqlite(file: &Path) -> Result<(), String> {
    let mut first = [0; 16];
    match File::open(file).and_then(|mut file| file.read(&mut first)) {
        Ok(0) => Ok(()),
        Ok(16) if first == *b"SQLite format 3\0" => Ok(()),
        Ok(_) => Err("the file is not a database".to_owned()),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error.to_string()),
    }
}

fn create(database: &Database, table: &template::Table) -> Result<(), String> {
    let named = json!({ "TableName": table.name });
    if database.get_table_metadata(&table.name).map_err(|error| text(&error))?.is_some() {
        same_keys(database, table)?;
    } else {
        database.create_table(request(&table.request)?).map_err(|error| text(&error))?;
    }
    let Some(attribute) = &table.expires else { return Ok(()) };
    let described = database.describe_time_to_live(request(&named)?);
    let described = serde_json::to_value(described.map_err(|error| text(&error))?);
    let described = described.map_err(|error| error.to_string())?;
    if described["TimeToLiveDescription"]["TimeToLiveStatus"] == "ENABLED" {
        return Ok(());
    }
    let enable = request(&json!({
        "TableName": table.name,
        "TimeToLiveSpecification": { "AttributeName": attribute, "Enabled": true },
    }))?;
    database.update_time_to_live(enable).map(drop).map_err(|error| text(&error))
}

fn request<T: serde::de::DeserializeOwned>(request: &Value) -> Result<T, String> {
    serde_json::from_value(request.clone())
        .map_err(|error| format!("invalid table in the template: {error}"))
}

/// Rejects a table whose keys differ from the template's, because a table's keys cannot change.
fn same_keys(database: &Database, table: &template::Table) -> Result<(), String> {
    let named = request(&json!({ "TableName": table.name }))?;
    let described = database.describe_table(named).map_err(|error| text(&error))?;
    let described: Value = serde_json::to_value(described).map_err(|error| error.to_string())?;
    let same = described.pointer("/Table/KeySchema") == table.request.get("KeySchema");
    if same { Ok(()) } else { Err("the keys of its table differ from the template's".to_owned()) }
}

fn text(error: &DynoxideError) -> String {
    error.to_string().replace('\n', " ")
}
