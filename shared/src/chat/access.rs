//! Access to a conversation: only its members have any (I4).

use crate::{
    domain::{ConversationId, Entry, UserId},
    protocol::problem::{Code, Problem},
    store::{Store, Window},
};

/// The conversation with its newest entries, for a member; for anybody else there is none (I4).
///
/// # Errors
/// [`Code::NotFound`]
pub async fn enter(
    store: &Store,
    conversation_id: &ConversationId,
    user_id: UserId,
    entries: u64,
) -> Result<Window, Problem> {
    let window = store.window(conversation_id, entries, true).await?;
    window.filter(|window| window.admits(user_id)).ok_or_else(|| Problem::new(Code::NotFound))
}

/// Makes sure that what was read after the window was read by a member: where something happened since, the member may have
/// been removed before it (I4).
///
/// # Errors
/// [`Code::NotFound`]
pub async fn still_admits(
    store: &Store,
    window: &Window,
    read: impl IntoIterator<Item = &Entry>,
    user_id: UserId,
) -> Result<(), Problem> {
    if read.into_iter().any(|entry| entry.as_of_seq() > window.head_seq()) {
        enter(store, &window.conversation.id, user_id, 1).await?;
    }
    Ok(())
}
