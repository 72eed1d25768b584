/** A conversation as lists show it, kept up to date by its entries. */
import { changed, messageOf, targetOf } from "./fold.js";
import type { ConversationState, Entry } from "./types.js";

/** A state, true as of `head_seq`; and whether only the server knows what it is now. */
export interface Step {
  state: ConversationState;
  isUnclear: boolean;
}

/** The state after the entry that follows it. What the state knows already changes nothing. */
export function after(
  state: ConversationState,
  entry: Entry,
  readerId: string,
  emojiOf: (emote: string) => string | undefined,
): Step {
  if (entry.seq <= state.head_seq) return { state, isUnclear: false };
  const next = { ...state, head_seq: entry.seq, updated_at: entry.created_at };
  switch (entry.type) {
    case "message":
      return {
        state: {
          ...next,
          last_message: messageOf(entry),
          unread_count: entry.sender_id === readerId ? 0 : state.unread_count + 1,
        },
        isUnclear: false,
      };
    case "title_changed":
      return { state: { ...next, title: entry.title }, isUnclear: false };
    case "member_added":
    case "member_removed":
      // Of oneself, nothing is to be asked any more. Names, and who is among the first ten, are not in the entry.
      return { state: next, isUnclear: entry.type === "member_added" || entry.user_id !== readerId };
    default: {
      const last = state.last_message;
      if (last === null || targetOf(entry) !== last.seq) return { state: next, isUnclear: false };
      const now = changed(last, entry, readerId, emojiOf);
      return { state: { ...next, last_message: now ?? last }, isUnclear: now === undefined };
    }
  }
}

/** The state after one's own read mark moved, with what is unread behind it, if that is known. */
export function read(state: ConversationState, readSeq: number, unread = state.unread_count): ConversationState {
  if (readSeq < state.read_seq) return state;
  return { ...state, read_seq: readSeq, unread_count: unread };
}

/** The state after another member's read mark moved. */
export function readBy(state: ConversationState, userId: string, readSeq: number): ConversationState {
  const members = state.members.map((member) =>
    member.user.id === userId && member.read_seq !== undefined && member.read_seq < readSeq
      ? { ...member, read_seq: readSeq }
      : member,
  );
  return { ...state, members };
}
