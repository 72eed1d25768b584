//! `send`: sends a message, once however often it is asked for.

use shared::{
    domain::{ConversationId, Draft, Message},
    entropy,
    problem::Problem,
    protocol::{frame::Reply, view},
    store::{Connection, Window},
};

use crate::{
    State,
    request::{After, Outcome},
};

pub(crate) async fn handle(
    state: &State,
    connection: &Connection,
    conversation_id: &ConversationId,
    message: Message,
    first_look: Option<Window>,
) -> Result<Outcome, Problem> {
    let draft = Draft { sender_id: connection.user_id, message, write_id: entropy::short() };
    let most = state.settings.entries_per_sender;
    let appended = state.store.append(conversation_id, first_look, &draft, most).await?;

    let duplicate = appended.duplicate;
    let message = Box::new(view::Message::new(&appended.entry));
    let appended = Box::new(appended);
    let after = if duplicate { After::Duplicate(appended) } else { After::Appended(appended) };
    Ok(Outcome { reply: Reply::Sent { message, duplicate }, after })
}
