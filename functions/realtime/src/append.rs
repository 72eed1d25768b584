//! `send`, `edit`, `delete`, `react` and `unreact`: append to the log of a conversation.

use shared::{
    chat,
    domain::{ConversationId, Draft, Intent},
    protocol::{
        frame::{Changed, Reply, Sent},
        problem::Problem,
    },
    runtime::entropy,
    store::{Connection, InitialRead},
};

use crate::{
    State,
    outcome::{After, Outcome},
};

pub(crate) async fn handle(
    state: &State,
    connection: &Connection,
    conversation_id: &ConversationId,
    intent: Intent,
    initial_read: InitialRead,
) -> Result<Outcome, Problem> {
    let is_send = matches!(intent, Intent::Send(_));
    let draft = Draft { sender_id: connection.user_id, intent, write_id: entropy::short() };
    let limit = state.settings.entries_per_sender;
    let appended = state.store.append(conversation_id, initial_read, &draft, limit).await?;

    let message = Box::new(chat::message(&appended, connection.user_id)?);
    let reply = match is_send {
        true => Reply::Sent(Sent { message, duplicate: appended.duplicate }),
        false => Reply::Changed(Changed { message }),
    };
    Ok(Outcome { reply, after: After::Announce(Box::new(appended)) })
}
