//! Access to a conversation: only members have access (I4).

use crate::{
    domain::{ConversationId, Entry, UserId, Window},
    protocol::problem::{Code, Problem},
    store::Store,
};

/// Returns the conversation with its newest entries, if the user is a member (I4).
///
/// # Errors
/// [`Code::NotFound`] if the user is not a member, and the table's errors.
pub async fn enter(
    store: &Store,
    conversation_id: &ConversationId,
    user_id: UserId,
    entries: u64,
) -> Result<Window, Problem> {
    let window = store.window(conversation_id, entries, true).await?;
    window.filter(|window| window.has_member(user_id)).ok_or_else(|| Problem::new(Code::NotFound))
}

/// Checks that the user was still a member when entries were read after the window. If one of them is newer than the window, the
/// user may have been removed before it (I4).
///
/// # Errors
/// [`Code::NotFound`] if the user is no longer a member, and the table's errors.
pub async fn check_still_member(
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
