//! A function as the gateways see it: a name, a timeout, and a handler to invoke.

use std::{collections::BTreeMap, panic::AssertUnwindSafe, sync::Arc, time::Duration};

use futures::{FutureExt, future::BoxFuture};
use serde_json::Value;
use shared::Clock;
use tokio::sync::oneshot;

use crate::host::tasks::Tasks;

/// The environment variables of a function.
pub type Variables = Arc<BTreeMap<String, String>>;

/// Invokes a function with an event. An error is a function error, in Lambda's terms.
pub type Invoke = Arc<dyn Fn(Value) -> BoxFuture<'static, Result<Value, String>> + Send + Sync>;

/// Initializes a function, as its `main` does on Lambda before the first event.
pub type Builder = fn(Variables, Clock) -> BoxFuture<'static, Result<Invoke, String>>;

/// Why an invocation failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failure {
    /// The function failed or panicked.
    Error,
    /// The function exceeded its timeout and was stopped.
    Timeout,
}

/// One of the template's functions.
#[derive(Clone)]
pub struct Function {
    name: Arc<str>,
    timeout: Duration,
    invoke: Invoke,
    tasks: Tasks,
}

impl Function {
    /// Creates a function whose invocations run as tasks in this set.
    pub fn new(name: &str, timeout: Duration, invoke: Invoke, tasks: Tasks) -> Self {
        Self { name: name.into(), timeout, invoke, tasks }
    }

    /// Invokes the function. As on Lambda, the invocation continues if the caller stops waiting.
    ///
    /// # Errors
    /// If the function fails, panics, or exceeds its own timeout or the gateway's.
    pub async fn call(&self, event: Value, gateway: Duration) -> Result<Value, Failure> {
        let (sender, receiver) = oneshot::channel();
        let (invoke, name, timeout) =
            (self.invoke.clone(), self.name.clone(), self.timeout.min(gateway));
        self.tasks.invoke(async move {
            let invocation = AssertUnwindSafe(async move { invoke(event).await }).catch_unwind();
            let outcome = match tokio::time::timeout(timeout, invocation).await {
                Ok(Ok(Ok(value))) => Ok(value),
                Ok(Ok(Err(error))) => {
                    tracing::error!(function = %name, error, "an invocation failed");
                    Err(Failure::Error)
                }
                Ok(Err(_)) => {
                    tracing::error!(function = %name, "an invocation panicked");
                    Err(Failure::Error)
                }
                Err(_) => {
                    tracing::error!(function = %name, timeout_s = timeout.as_secs(), "an invocation timed out");
                    Err(Failure::Timeout)
                }
            };
            // The caller may have stopped waiting.
            let _ = sender.send(outcome);
        });
        receiver.await.unwrap_or(Err(Failure::Error))
    }
}

impl std::fmt::Debug for Function {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Function")
            .field("name", &self.name)
            .field("timeout", &self.timeout)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn function(invoke: Invoke) -> Function {
        Function::new("Stub", Duration::from_millis(20), invoke, Tasks::default())
    }

    #[tokio::test]
    async fn a_panic_is_a_failed_invocation() {
        let function = function(Arc::new(|_| panic!("on purpose")));
        assert_eq!(function.call(Value::Null, Duration::MAX).await, Err(Failure::Error));
    }

    #[tokio::test]
    async fn an_invocation_is_stopped_at_its_timeout() {
        let function = function(Arc::new(|_| std::future::pending().boxed()));
        assert_eq!(function.call(Value::Null, Duration::MAX).await, Err(Failure::Timeout));
    }
}
