//! The tasks of one stack: all that it has running, so that stopping it stops everything, at once.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::task::JoinSet;

/// A set of running tasks; clones share it. Once stopped it takes no more.
#[derive(Debug, Clone)]
pub struct Tasks(Arc<Mutex<Option<JoinSet<()>>>>);

impl Default for Tasks {
    fn default() -> Self {
        Self(Arc::new(Mutex::new(Some(JoinSet::new()))))
    }
}

impl Tasks {
    /// Runs the future until it ends or the set is stopped.
    pub fn spawn(&self, future: impl Future<Output = ()> + Send + 'static) {
        if let Some(set) = locked(&self.0).as_mut() {
            while set.try_join_next().is_some() {}
            set.spawn(future);
        }
    }

    /// Aborts every task and waits until none is left.
    pub async fn stop(&self) {
        let set = locked(&self.0).take();
        if let Some(mut set) = set {
            set.shutdown().await;
        }
    }

    /// Aborts every task; they end when their runtime next looks at them.
    pub fn abort(&self) {
        drop(locked(&self.0).take());
    }
}

/// Locks what no panic can leave half-done: each holder makes one complete change.
pub(crate) fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
