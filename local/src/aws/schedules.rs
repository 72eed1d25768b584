//! EventBridge schedules: invokes functions at a fixed rate, by the stack's clock.

use std::{sync::Arc, time::Duration};

use serde_json::{Value, json};
use shared::domain::Timestamp;

use crate::{
    Function, Limits,
    host::{
        random,
        tasks::Tasks,
        time::{self, Time},
    },
    template::{self, Schedule},
};

/// The number of times Lambda retries an asynchronous invocation.
const RETRIES: u32 = 2;

/// Invokes the function at the schedule's rate until the tasks are stopped.
pub(crate) fn start(
    id: &str,
    function: Function,
    schedule: Schedule,
    limits: Limits,
    clock: Arc<Time>,
    tasks: &Tasks,
) {
    let rule = template::arn("events", &format!("rule/{}{}", template::name(id), schedule.name));
    let invocations = tasks.clone();
    let mut at = clock.now() + schedule.every;
    tasks.spawn(async move {
        loop {
            clock.until(at).await;
            let now = clock.now();
            invocations.spawn(invoke(function.clone(), event(&rule, now), limits.clone()));
            at = next(at, schedule.every, now);
        }
    });
}

/// The next time after `at`. Skips periods that the clock jumped over.
fn next(at: Timestamp, every: Duration, now: Timestamp) -> Timestamp {
    let next = at + every;
    if next > now { next } else { now + every }
}

async fn invoke(function: Function, event: Value, limits: Limits) {
    for failures in 1..=RETRIES + 1 {
        // The function has already logged a failure.
        if function.call(event.clone(), Duration::MAX).await.is_ok() || failures > RETRIES {
            return;
        }
        tokio::time::sleep(limits.pause(failures)).await;
    }
}

fn event(rule: &str, now: Timestamp) -> Value {
    json!({
        "version": "0",
        "id": random::uuid(),
        "detail-type": "Scheduled Event",
        "source": "aws.events",
        "account": template::ACCOUNT,
        "time": time::in_seconds(now),
        "region": template::REGION,
        "resources": [rule],
        "detail": {},
    })
}

#[cfg(test)]
mod tests {
    use futures::FutureExt;
    use shared::Clock;
    use tokio::sync::mpsc;

    use super::*;

    const HOUR: Duration = Duration::from_secs(3600);

    /// A stub on an hourly schedule that fails this many times at first, and the events that it receives.
    fn hourly(failing: usize) -> (Arc<Time>, mpsc::UnboundedReceiver<Value>, Tasks) {
        let (sender, events) = mpsc::unbounded_channel();
        let (clock, tasks) = (Arc::new(Time::new(Clock::system())), Tasks::default());
        let left = Arc::new(std::sync::atomic::AtomicUsize::new(failing));
        let function = Function::new(
            "F",
            HOUR,
            Arc::new(move |event| {
                sender.send(event).unwrap();
                let order = std::sync::atomic::Ordering::SeqCst;
                let failed = left.fetch_update(order, order, |left| left.checked_sub(1)).is_ok();
                async move { if failed { Err("on purpose".to_owned()) } else { Ok(Value::Null) } }
                    .boxed()
            }),
            tasks.clone(),
        );
        let schedule = Schedule { name: "Hourly".to_owned(), every: HOUR };
        let limits = Limits { first_retry: Duration::from_millis(1), ..Limits::default() };
        start("F", function, schedule, limits, clock.clone(), &tasks);
        (clock, events, tasks)
    }

    #[tokio::test]
    async fn a_schedule_fires_when_it_is_due() {
        let (clock, mut events, _tasks) = hourly(0);
        clock.advance(HOUR);
        let event = events.recv().await.unwrap();
        assert_eq!(event["detail-type"], "Scheduled Event");
        let rule = "arn:aws:events:us-east-1:000000000000:rule/emotechat-FHourly";
        assert_eq!(event["resources"], json!([rule]));
        let at = event["time"].as_str().unwrap();
        assert!(at.len() == 20 && at.ends_with('Z'), "{at}");
        clock.advance(HOUR);
        assert_ne!(events.recv().await.unwrap()["id"], event["id"]);
    }

    #[tokio::test]
    async fn a_failed_invocation_is_retried_twice() {
        let (clock, mut events, tasks) = hourly(2);
        clock.advance(HOUR);
        let first = events.recv().await.unwrap();
        assert_eq!(events.recv().await.unwrap(), first);
        assert_eq!(events.recv().await.unwrap(), first);
        drop(tasks);
    }

    #[test]
    fn skipped_periods_are_lost() {
        let at = Timestamp::from_secs(3600);
        assert_eq!(next(at, HOUR, at), Timestamp::from_secs(7200));
        assert_eq!(next(at, HOUR, Timestamp::from_secs(36_000)), Timestamp::from_secs(39_600));
    }
}
