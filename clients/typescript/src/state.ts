/** The state of a conversation as shown in lists, updated by entries. */
import { applyToMessage, messageFrom, targetSeq } from "./fold.js";
import type { ConversationState, Entry } from "./types.js";

/** A state as of `head_seq`. If `isUncertain` is true, only the server knows the current state. */
export interface Step {
  state: ConversationState;
  isUncertain: boolean;
}

/** Returns the state after the next entry. Entries that the state already includes have no effect. */
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
      // After the user's own removal there is nothing to load. An entry about another member contains neither the name nor
      // the first ten members.
      return { state: next, isUncertain: entry.type === "member_added" || entry.user_id !== readerId };
    default: {
      const last = state.last_message;
      if (last === null || targetSeq(entry) !== last.seq) return { state: next, isUncertain: false };
      const updated = applyToMessage(last, entry, readerId, emojiOf);
      return { state: { ...next, last_message: updated ?? last }, isUncertain: updated === undefined };
    }
  }
}

/** Returns the state after the user's own read mark moved, with the new unread count if it is known. */
export function withRead(state: ConversationState, readSeq: number, unread = state.unread_count): ConversationState {
  if (readSeq < state.read_seq) return state;
  return { ...state, read_seq: readSeq, unread_count: unread };
}

/** Returns the state after another member's read mark moved. */
export function withReadBy(state: ConversationState, userId: string, readSeq: number): ConversationState {
  const members = state.members.map((member) =>
    member.user.id === userId && member.read_seq !== undefined && member.read_seq < readSeq
      ? { ...member, read_seq: readSeq }
      : member,
  );
  return { ...state, members };
}
