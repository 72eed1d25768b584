//! `hello`: who one is, and what holds on this socket.

use shared::{
    domain::limits,
    protocol::{
        frame::{Hello, Limits, Reply},
        problem::{Code, Problem},
        view::CurrentUser,
    },
    store::Connection,
};

use crate::{State, outcome::Outcome};

pub(crate) async fn handle(state: &State, connection: &Connection) -> Result<Outcome, Problem> {
    let account = state.store.account(connection.user_id).await?;
    let account = account.ok_or_else(|| Problem::new(Code::InvalidToken))?;
    let hello = Hello {
        user: CurrentUser::from(&account),
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
