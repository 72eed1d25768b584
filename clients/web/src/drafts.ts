// Unsent text and its mode (reply or edit), per user and conversation. Both survive a switch between conversations;
// the text also survives a reload.

import type { Message } from "emotechat";
import { me } from "./chat.js";

/** The message that the user replies to or edits. */
export interface Mode {
  kind: "reply" | "edit";
  message: Message;
}

const PREFIX = "draft:";
const modes = new Map<string, Mode>();

function keyOf(conversationId: string, mode: Mode | null): string {
  const edited = mode?.kind === "edit" ? `:${mode.message.seq}` : "";
  return `${PREFIX}${me.value?.id}:${conversationId}${edited}`;
}

/** The draft of a conversation, or of an edit in it. */
export function draftOf(conversationId: string, mode: Mode | null): string | null {
  return sessionStorage.getItem(keyOf(conversationId, mode));
}

/** Stores a draft, or removes it if the text is empty. */
export function keepDraft(conversationId: string, mode: Mode | null, text: string): void {
  if (text) sessionStorage.setItem(keyOf(conversationId, mode), text);
  else sessionStorage.removeItem(keyOf(conversationId, mode));
}

/** The message that the user was replying to or editing. */
export function modeOf(conversationId: string): Mode | null {
  return modes.get(keyOf(conversationId, null)) ?? null;
}

/** Stores the message that the user is replying to or editing. */
export function keepMode(conversationId: string, mode: Mode | null): void {
  if (mode) modes.set(keyOf(conversationId, null), mode);
  else modes.delete(keyOf(conversationId, null));
}

/** Removes all drafts, on logout. */
export function forgetDrafts(): void {
  modes.clear();
  for (const key of Object.keys(sessionStorage)) {
    if (key.startsWith(PREFIX)) sessionStorage.removeItem(key);
  }
}
