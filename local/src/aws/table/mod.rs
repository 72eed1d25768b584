//! The table: an embedded DynamoDB engine behind an endpoint that enforces the template's rights and lets tests record calls
//! and inject faults.

use std::{path::Path, sync::Arc};

use http::Uri;
use serde_json::Value;
use shared::Clock;
use tokio::net::TcpListener;

use crate::{
    Faults,
    aws::rights::Principals,
    host::{server, tasks::Tasks},
    template,
};

mod calls;
mod engine;
mod errors;
mod front;
mod rights;
mod stream;
#[cfg(test)]
mod tests;
mod upkeep;

pub use calls::{Call, longest_chain};
pub(crate) use stream::{PAGE, Record, Sequence, Stream};
pub(crate) use upkeep::RETENTION;

/// The running table.
pub struct Table {
    front: Arc<front::Front>,
    engine: engine::Engine,
}

impl Table {
    /// Opens the table and serves its endpoint to the functions. `passed` is the position in the stream that all readers have
    /// passed, if any reader has started.
    pub(crate) fn start(
        file: Option<&Path>,
        table: &template::Table,
        clock: &Clock,
        listener: TcpListener,
        principals: Principals,
        tasks: &Tasks,
        passed: Option<Sequence>,
    ) -> Result<Self, String> {
        let engine = engine::Engine::start(file, table, clock, passed)?;
        let uri = Uri::try_from(format!("http://{}/", engine.address));
        let uri = uri.map_err(|error| error.to_string())?;
        let front = Arc::new(front::Front::new(uri, principals, engine.stream.written.clone()));
        let serving = front.clone();
        server::serve(listener, tasks, move |request, _| {
            let front = serving.clone();
            async move { front.answer(request).await }
        });
        Ok(Self { front, engine })
    }

    /// Starts to record calls, and clears earlier records.
    pub fn record(&self) {
        self.front.recorder.begin();
    }

    /// Ends the recording and returns the calls since [`Table::record`], in order of arrival.
    pub fn recorded(&self) -> Vec<Call> {
        self.front.recorder.end()
    }

    /// The injected faults.
    pub fn faults(&self) -> &Faults {
        &self.front.faults
    }

    /// Removes expired items now, and returns their number. Expiry follows the stack's clock for a table in memory, and the
    /// system clock for a table in a file.
    ///
    /// # Errors
    /// If the engine fails.
    pub fn sweep(&self) -> Result<usize, String> {
        self.engine.sweep()
    }

    /// Puts many items (in DynamoDB's JSON) into the table in one call, without stream records.
    ///
    /// # Errors
    /// If one of them is not a valid item of this table. In that case none is stored.
    pub fn import(&self, items: Vec<Value>) -> Result<(), String> {
        self.engine.import(items)
    }

    /// The table's stream.
    pub(crate) fn stream(&self) -> &Stream {
        &self.engine.stream
    }
}

impl std::fmt::Debug for Table {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Table").field("engine", &self.engine.address).finish_non_exhaustive()
    }
}
