/** A conversation as lists show it, kept up to date by its entries. */
import { applyToMessage, messageFrom, targetSeq } from "./fold.js";
import type { ConversationState, Entry } from "./types.js";

/** A state, true as of `head_seq`; and whether only the server knows what it is now. */
export interface Step {
  state: ConversationState;
  isUncertain: boolean;
}

/** The state after the entry that follows it. What the state knows already changes nothing. */
export function applyEntry(
  state: ConversationState,
  entry: Entry,
  readerId: string,
  emojiOf: (emote: string) => string | undefined,
): Step {
  if (entry.seq <= state.head_seq) return { state, isUncertain: false };
  const next = { ...state, head_seq: entry.seq, updated_at: entry.created_at };
  switch (entry.type) {
    case "message":
      return {
        state: {
          ...next,
          last_message: messageFrom(entry),
          unread_count: entry.sender_id === readerId ? 0 : state.unread_count + 1,
        },
        isUncertain: false,
      };
    case "title_changed":
      return { state: { ...next, title: entry.title }, isUncertain: false };
    case "member_added":
    case "member_removed":
      // Of oneself, nothing is to be asked any more. Names, and who is among the first ten, are not in the entry.
      return { state: next, isUncertain: entry.type === "member_added" || entry.user_id !== readerId };
    default: {
      const last = state.last_message;
      if (last === null || targetSeq(entry) !== last.seq) return { state: next, isUncertain: false };
      const updated = applyToMessage(last, entry, readerId, emojiOf);
      return { state: { ...next, last_message: updated ?? last }, isUncertain: updated === undefined };
    }
  }
}

/** The state after one's own read mark moved, with what is unread behind it, if that is known. */
export function withRead(state: ConversationState, readSeq: number, unread = state.unread_count): ConversationState {
  if (readSeq < state.read_seq) return state;
  return { ...state, read_seq: readSeq, unread_count: unread };
}

/** The state after another member's read mark moved. */
export function withReadBy(state: ConversationState, userId: string, readSeq: number): ConversationState {
  const members = state.members.map((member) =>
    member.user.id === userId && member.read_seq !== undefined && member.read_seq < readSeq
      ? { ...member, read_seq: readSeq }
      : member,
  );
  return { ...state, members };
}
