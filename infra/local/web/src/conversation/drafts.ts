// What was typed and not sent, for each conversation, over a reload.

const PREFIX = "draft:";

/** The draft of a conversation. */
export function draftOf(conversationId: string): string {
  return sessionStorage.getItem(PREFIX + conversationId) ?? "";
}

/** Keeps a draft; an empty one is none. */
export function keepDraft(conversationId: string, text: string): void {
  if (text) sessionStorage.setItem(PREFIX + conversationId, text);
  else sessionStorage.removeItem(PREFIX + conversationId);
}

/** Forgets all drafts, as at a logout. */
export function forgetDrafts(): void {
  for (const key of Object.keys(sessionStorage)) {
    if (key.startsWith(PREFIX)) sessionStorage.removeItem(key);
  }
}
