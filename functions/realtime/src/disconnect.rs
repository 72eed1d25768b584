//! `$disconnect`: forgets a socket that closed. The gateway calls it at its best effort; leases and 410s do the rest.

use shared::{
    domain::{ConnectionId, Presence},
    store::Error,
};

use crate::State;

async fn forget(state: &State, connection_id: &ConnectionId) -> Result<(), Error> {
    // Gone already where its session ended.
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
            tracing::warn!(error.message = %error, "a closed socket could not be forgotten");
            500
        }
    }
}
