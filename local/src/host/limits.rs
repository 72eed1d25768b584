//! AWS's limits, as settings, so that a test can meet them in a moment.

use std::time::Duration;

/// The limits that the gateways hold callers to, API Gateway's by default, and the local stack's own pauses.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Body of an HTTP request, in bytes.
    pub body: usize,
    /// Request line and headers of an HTTP request, in bytes.
    pub headers: usize,
    /// What the HTTP API waits for a function.
    pub http_timeout: Duration,
    /// What the socket API waits for a function.
    pub socket_timeout: Duration,
    /// Payload of one socket frame, in bytes.
    pub frame: usize,
    /// One socket message, in either direction, in bytes.
    pub message: usize,
    /// A socket without traffic is closed after this.
    pub idle: Duration,
    /// A socket is closed after this, whatever happens on it.
    pub life: Duration,
    /// Messages of one socket that are being answered at once; past it the gateway stops reading.
    pub in_flight: usize,
    /// Messages that wait to be written to one socket; past it the client is too slow and is cut off.
    pub outbox: usize,
    /// What a client has to answer a close frame, in real time.
    pub closing: Duration,
    /// The pause before a failed batch or schedule is tried again, in real time; it doubles each time.
    pub first_retry: Duration,
    /// The longest such pause.
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
    /// The pause after so many failures in a row.
    pub(crate) fn pause(&self, failures: u32) -> Duration {
        let doubled = 2u32.saturating_pow(failures.saturating_sub(1));
        self.first_retry.saturating_mul(doubled).min(self.longest_retry)
    }
}
