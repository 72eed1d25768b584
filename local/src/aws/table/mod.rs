//! The table: an embedded DynamoDB engine, and before it a front that holds callers to the template's
//! rights and lets tests count calls and break them.

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
mod front;
mod refusals;
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
    /// Opens the table and serves its front to the functions. The readers of its stream have
    /// passed its records up to a place, if they have begun.
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

    /// Begins to record calls, forgetting earlier ones.
    pub fn record(&self) {
        self.front.recorder.begin();
    }

    /// The calls since [`Table::record`], in the order they came; this ends the recording.
    pub fn recorded(&self) -> Vec<Call> {
        self.front.recorder.end()
    }

    /// What shall go wrong.
    pub fn faults(&self) -> &Faults {
        &self.front.faults
    }

    /// Removes the items past their time to live now; says how many. In memory the stack's clock
    /// decides, in a file the system's.
    ///
    /// # Errors
    /// If the engine fails.
    pub fn sweep(&self) -> Result<usize, String> {
        self.engine.sweep()
    }

    /// Puts many items (DynamoDB's JSON) into the table at once; its stream does not hear of them.
    ///
    /// # Errors
    /// If one of them is no item of this table; then none is kept.
    pub fn import(&self, items: Vec<Value>) -> Result<(), String> {
        self.engine.import(items)
    }

    /// Its stream.
    pub(crate) fn stream(&self) -> &Stream {
        &self.engine.stream
    }
}

impl std::fmt::Debug for Table {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Table").field("engine", &self.engine.address).finish_non_exhaustive()
    }
}
