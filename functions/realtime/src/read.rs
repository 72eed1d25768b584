//! `read`: moves the caller's read mark forward.

use shared::{
    chat,
    domain::ConversationId,
    protocol::{frame::Reply, problem::Problem},
    store::Connection,
};

use crate::{
    State,
    outcome::{After, Outcome},
};

pub(crate) async fn handle(
    state: &State,
    connection: &Connection,
    conversation_id: &ConversationId,
    seq: u64,
) -> Result<Outcome, Problem> {
    let (mark, pushes) = chat::read(&state.store, conversation_id, connection.user_id, seq).await?;
    Ok(Outcome { reply: Reply::Read(mark), after: pushes.map_or(After::Nothing, After::Push) })
}
