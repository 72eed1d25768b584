//! `hello`: returns the user of the socket, and the limits.

use shared::{
    chat,
    domain::limits,
    protocol::{
        frame::{Hello, Limits, Reply},
        problem::Problem,
    },
    store::Connection,
};

use crate::{State, outcome::Outcome};

pub(crate) async fn handle(state: &State, connection: &Connection) -> Result<Outcome, Problem> {
    let hello = Hello {
        user: chat::current_user(&state.store, connection.user_id).await?,
        connection_id: connection.id.clone(),
        expires_at: connection.ends_at,
        server_time: state.store.clock().now(),
        heartbeat_seconds: limits::HEARTBEAT.as_secs(),
        limits: Limits {
            content_chars: limits::CONTENT_CHARS,
            frame_bytes: limits::aws::FRAME_BYTES,
            entries_per_sender: state.settings.entries_per_sender,
            entries_window_seconds: limits::ENTRIES_PER_SENDER.window.as_secs(),
            client_id_ahead_seconds: limits::CLIENT_ID_AHEAD.as_secs(),
            sync_conversations: limits::SYNC_CONVERSATIONS,
            sockets: limits::SOCKETS,
            idle_seconds: limits::aws::SOCKET_IDLE.as_secs(),
        },
    };
    Ok(Reply::Hello(Box::new(hello)).into())
}
