//! AWS's limits, as settings, so that tests can reach them quickly.

use std::time::Duration;

/// The limits that the gateways enforce (by default API Gateway's), and the retry pauses of the local stack.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Maximum body of an HTTP request, in bytes.
    pub body: usize,
    /// Maximum request line and headers of an HTTP request, in bytes.
    pub headers: usize,
    /// How long the HTTP API waits for a function.
    pub http_timeout: Duration,
    /// How long the socket API waits for a function.
    pub socket_timeout: Duration,
    /// Maximum payload of one socket frame, in bytes.
    pub frame: usize,
    /// Maximum socket message in either direction, in bytes.
    pub message: usize,
    /// A socket without traffic for this long is closed.
    pub idle: Duration,
    /// Maximum lifetime of a socket, whether or not it is active.
    pub life: Duration,
    /// Maximum concurrent messages of one socket. At this limit the gateway stops reading.
    pub in_flight: usize,
    /// Maximum messages queued for one socket. Above this limit the client is too slow and is disconnected.
    pub outbox: usize,
    /// How long the gateway waits for the answer to a close frame, in real time.
    pub closing: Duration,
    /// The pause before the first retry of a failed batch or schedule, in real time. It doubles with each failure.
    pub first_retry: Duration,
    /// The longest pause before a retry, in real time.
    pub longest_retry: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            body: 10 * 1024 * 1024,
            headers: 10_240,
            http_timeout: Duration::from_secs(30),
            socket_timeout: Duration::from_secs(29),
            frame: 32 * 1024,
            message: 128 * 1024,
            idle: Duration::from_secs(10 * 60),
            life: Duration::from_secs(2 * 60 * 60),
            in_flight: 16,
            outbox: 512,
            closing: Duration::from_secs(3),
            first_retry: Duration::from_millis(20),
            longest_retry: Duration::from_secs(2),
        }
    }
}

impl Limits {
    /// The pause after this many consecutive failures.
    pub(crate) fn pause(&self, failures: u32) -> Duration {
        let doubled = 2u32.saturating_pow(failures.saturating_sub(1));
        self.first_retry.saturating_mul(doubled).min(self.longest_retry)
    }
}
