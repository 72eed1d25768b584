//! The running tasks of one stack, so that all of them can be stopped together.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::{sync::watch, task::JoinSet};

/// A set of running tasks, shared between clones. A stopped set accepts no new tasks.
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

/// A running invocation; dropping this ends it.
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

    /// Waits until no invocation is running.
    pub(crate) async fn quiet(&self) {
        // Cannot fail: `self` owns the sender.
        let _ = self.invocations.subscribe().wait_for(|count| *count == 0).await;
    }

    /// Aborts every task and waits until all have ended.
    pub async fn stop(&self) {
        let set = locked(&self.running).take();
        if let Some(mut set) = set {
            set.shutdown().await;
        }
    }

    /// Whether the set was stopped. If so, failures are expected.
    pub(crate) fn stopped(&self) -> bool {
        locked(&self.running).is_none()
    }

    /// Aborts every task without waiting. Each ends when its runtime next polls it.
    pub fn abort(&self) {
        drop(locked(&self.running).take());
    }
}

/// Locks a mutex and ignores poisoning: every holder makes one complete change, so a panic leaves no partial state.
pub(crate) fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
