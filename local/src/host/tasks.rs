//! The tasks of one stack: all that it has running, so that stopping it stops everything, at once.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::{sync::watch, task::JoinSet};

/// A set of running tasks; clones share it. Once stopped it takes no more.
#[derive(Debug, Clone)]
pub struct Tasks {
    running: Arc<Mutex<Option<JoinSet<()>>>>,
    invocations: Arc<watch::Sender<usize>>,
}

impl Default for Tasks {
    fn default() -> Self {
        Self {
            running: Arc::new(Mutex::new(Some(JoinSet::new()))),
            invocations: Arc::new(watch::Sender::new(0)),
        }
    }
}

/// An invocation that is under way until this is dropped.
struct Invocation(Arc<watch::Sender<usize>>);

impl Drop for Invocation {
    fn drop(&mut self) {
        self.0.send_modify(|count| *count -= 1);
    }
}

impl Tasks {
    /// Runs the future until it ends or the set is stopped.
    pub fn spawn(&self, future: impl Future<Output = ()> + Send + 'static) {
        if let Some(set) = locked(&self.running).as_mut() {
            while set.try_join_next().is_some() {}
            set.spawn(future);
        }
    }

    /// Runs an invocation of a function as a task.
    pub(crate) fn invoke(&self, future: impl Future<Output = ()> + Send + 'static) {
        self.invocations.send_modify(|count| *count += 1);
        let invocation = Invocation(self.invocations.clone());
        self.spawn(async move {
            let _invocation = invocation;
            future.await;
        });
    }

    /// Returns at a moment when no invocation is under way.
    pub(crate) async fn quiet(&self) {
        // The sender lives as long as these tasks.
        let _ = self.invocations.subscribe().wait_for(|count| *count == 0).await;
    }

    /// Aborts every task and waits until none is left.
    pub async fn stop(&self) {
        let set = locked(&self.running).take();
        if let Some(mut set) = set {
            set.shutdown().await;
        }
    }

    /// Whether it was stopped: what fails from then on fails for no other reason, perhaps.
    pub(crate) fn stopped(&self) -> bool {
        locked(&self.running).is_none()
    }

    /// Aborts every task; they end when their runtime next looks at them.
    pub fn abort(&self) {
        drop(locked(&self.running).take());
    }
}

/// Locks what no panic can leave half-done: each holder makes one complete change.
pub(crate) fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
