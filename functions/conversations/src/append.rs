//! What every endpoint has in common that adds to a log: who asks is confirmed while the log is looked at.

use serde::Serialize;
use shared::{
    chat,
    domain::{ConversationId, Draft, Intent},
    http::{Caller, UnverifiedCaller},
    protocol::{problem::Problem, view},
    runtime::entropy,
    store::Appended,
};

use crate::State;

/// A message, as it stands now.
#[derive(Serialize)]
pub(crate) struct Changed {
    pub(crate) message: view::Message,
}

/// Does what the caller intends in a conversation.
pub(crate) async fn append(
    state: &State,
    caller: &UnverifiedCaller,
    id: Result<ConversationId, Problem>,
    intent: Result<Intent, Problem>,
) -> Result<(Caller, Appended), Problem> {
    // At once, since neither needs the other; nothing that was read is looked at before both are there.
    let first_look = async {
        match (&id, &intent) {
            (Ok(id), Ok(intent)) => Ok(state.store.first_look(id, intent).await?),
            (Err(problem), _) | (_, Err(problem)) => Err(problem.clone()),
        }
    };
    let (caller, first_look) = tokio::join!(caller.confirm(), first_look);
    let (caller, id) = (caller?, id?);

    let draft = Draft { sender_id: caller.user_id, intent: intent?, write_id: entropy::short() };
    let most = state.settings.entries_per_sender;
    Ok((caller, state.store.append(&id, first_look?, &draft, most).await?))
}

/// Changes a message: appends, tells, and answers with the message.
pub(crate) async fn change(
    state: &State,
    caller: &UnverifiedCaller,
    id: &str,
    intent: Result<Intent, Problem>,
) -> Result<axum::Json<Changed>, Problem> {
    let (caller, appended) = append(state, caller, crate::named(id), intent).await?;
    chat::announce(&state.delivery, &appended, None).await;
    Ok(axum::Json(Changed { message: chat::message(&appended, caller.user_id)? }))
}
