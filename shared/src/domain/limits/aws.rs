//! The AWS quotas that the product depends on
//! ([API Gateway](https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-execution-service-websocket-limits-table.html)).

use std::time::Duration;

/// Maximum bytes of a frame from a client. The gateway closes the socket after a longer one.
pub const FRAME_BYTES: usize = 32 * 1024;

/// Maximum bytes of a message that a function posts to a socket.
pub const POST_BYTES: usize = 128 * 1024;

/// How long a socket can be open.
pub const SOCKET_LIFE: Duration = Duration::from_secs(2 * 60 * 60);

/// How long a socket can be idle.
pub const SOCKET_IDLE: Duration = Duration::from_secs(10 * 60);
