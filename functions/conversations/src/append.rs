//! Appends to a log, for all endpoints that do so. Confirms the caller and reads the log concurrently.

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

/// A message in its current state.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "MessageReply"))]
pub(crate) struct MessageReply {
    /// The message.
    pub(crate) message: view::Message,
}

/// Applies the caller's intent to a conversation.
pub(crate) async fn append(
    state: &State,
    caller: &UnverifiedCaller,
    id: Result<ConversationId, Problem>,
    intent: Result<Intent, Problem>,
) -> Result<(Caller, Appended), Problem> {
    // Concurrent, because neither read needs the other. The log is not used before the caller is confirmed.
    let initial_read = async {
        match (&id, &intent) {
            (Ok(id), Ok(intent)) => Ok(state.store.initial_read(id, intent).await?),
            (Err(problem), _) | (_, Err(problem)) => Err(problem.clone()),
        }
    };
    let (caller, initial_read) = tokio::join!(caller.confirm(), initial_read);
    let (caller, id) = (caller?, id?);

    let draft = Draft { sender_id: caller.user_id, intent: intent?, write_id: entropy::short() };
    let limit = state.settings.entries_per_sender;
    Ok((caller, state.store.append(&id, initial_read?, &draft, limit).await?))
}

/// Changes a message: appends the change, announces it, and returns the message.
pub(crate) async fn change(
    state: &State,
    caller: &UnverifiedCaller,
    id: &str,
    intent: Result<Intent, Problem>,
) -> Result<axum::Json<MessageReply>, Problem> {
    let (caller, appended) = append(state, caller, crate::parse_parameter(id), intent).await?;
    chat::announce(&state.delivery, &appended, None).await;
    Ok(axum::Json(MessageReply { message: chat::message(&appended, caller.user_id)? }))
}
