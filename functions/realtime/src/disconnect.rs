//! `$disconnect`: forgets a closed socket.
//!
//! The gateway may fail to send this event. Then the socket's lease expires, or the first post to it returns 410.

use shared::{
    domain::{ConnectionId, Presence},
    store::Error,
};

use crate::State;

async fn forget(state: &State, connection_id: &ConnectionId) -> Result<(), Error> {
    // If the session ended, the row is already deleted.
    let Some(connection) = state.store.connection_row(connection_id).await? else { return Ok(()) };
    if let Some(at) = state.store.forget_socket(connection.user_id, connection_id).await? {
        state.delivery.announce(Presence::offline(connection.user_id, at)).await;
    }
    Ok(())
}

pub(crate) async fn handle(state: &State, connection_id: &ConnectionId) -> u16 {
    match forget(state, connection_id).await {
        Ok(()) => 200,
        Err(error) => {
            tracing::warn!(error.message = %error, "failed to forget a closed socket");
            500
        }
    }
}
