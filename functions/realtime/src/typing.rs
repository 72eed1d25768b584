//! `typing`: notifies the members that the caller is typing. Nothing is stored.

use shared::{
    chat,
    domain::{ConversationId, limits},
    protocol::{
        frame::{Event, Nothing, Reply, Typing},
        problem::Problem,
    },
    push::Pushes,
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
) -> Result<Outcome, Problem> {
    let user_id = connection.user_id;
    let window = chat::enter(&state.store, conversation_id, user_id, 1).await?;
    let members = window.conversation.user_ids();
    if members.len() > limits::TYPING_MEMBERS {
        return Ok(Reply::Nothing(Nothing {}).into());
    }
    let event = Event::Typing {
        conversation_id: conversation_id.clone(),
        data: Typing { user_id, expires_at: state.store.clock().now() + limits::TYPING_LIFE },
    };
    let pushes = Pushes::to_members(&window.conversation, None).and(members, event);
    Ok(Outcome { reply: Reply::Nothing(Nothing {}), after: After::Push(pushes) })
}
