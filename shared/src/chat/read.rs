//! Moves read marks.

use super::enter;
use crate::{
    domain::{ConversationId, Head, ReadMark, UserId, Window},
    protocol::{
        frame::{self, Event, MemberRead},
        problem::{Code, Problem},
    },
    push::Pushes,
    store::Store,
};

/// Moves a member's read mark forward. Returns pushes if it moved.
///
/// # Errors
/// [`Code::NotFound`] if the user is not a member, [`Code::InvalidRequest`] if `seq` is past the newest entry, and the table's
/// errors.
pub async fn read(
    store: &Store,
    conversation_id: &ConversationId,
    user_id: UserId,
    seq: u64,
) -> Result<(frame::ReadMark, Option<Pushes>), Problem> {
    let window = enter(store, conversation_id, user_id, 1).await?;
    let read_number = match window.newest() {
        _ if seq == 0 => 0,
        Some(newest) if newest.seq == seq => newest.message_number,
        Some(newest) if newest.seq > seq => {
            let entry = store.entry(conversation_id, seq).await?;
            entry.ok_or_else(|| Problem::new(Code::Internal))?.message_number
        }
        _ => return Err(Problem::field("seq", "must not be past the newest entry")),
    };
    let mark = ReadMark { seq, number: read_number };
    let result = store.move_read_mark(user_id, conversation_id, mark).await?;
    let (mark, moved) = result.ok_or_else(|| Problem::new(Code::NotFound))?;
    let Window { conversation, .. } = &window;
    let slot = conversation.member(user_id).map_or(0, |member| member.slot);
    let head = Head::new(conversation, window.newest(), None);
    let unread_count = head.unread(slot, mark.number);
    let reply = frame::ReadMark { read_seq: mark.seq, unread_count };
    let pushes = moved.then(|| {
        let conversation_id = conversation_id.clone();
        let data = MemberRead { user_id, read_seq: mark.seq };
        let event = Event::Read { conversation_id, data };
        Pushes::to_members(conversation, None).and(conversation.user_ids(), event)
    });
    Ok((reply, pushes))
}
