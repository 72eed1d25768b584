// What was typed and not sent, and what it is about, over a change of conversations; the words over a reload, too. Each
// person has their own, also where one follows the other in this window.

import type { Message } from "emotechat";
import { me } from "./chat.js";

/** What is written about another message: an answer, or its change. */
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

/** The draft of a conversation, or of the change of a message in it. */
export function draftOf(conversationId: string, mode: Mode | null): string | null {
  return sessionStorage.getItem(keyOf(conversationId, mode));
}

/** Keeps a draft; an empty one is none. */
export function keepDraft(conversationId: string, mode: Mode | null, text: string): void {
  if (text) sessionStorage.setItem(keyOf(conversationId, mode), text);
  else sessionStorage.removeItem(keyOf(conversationId, mode));
}

/** Which message one was answering or changing. */
export function modeOf(conversationId: string): Mode | null {
  return modes.get(keyOf(conversationId, null)) ?? null;
}

/** Keeps which message one is answering or changing. */
export function keepMode(conversationId: string, mode: Mode | null): void {
  if (mode) modes.set(keyOf(conversationId, null), mode);
  else modes.delete(keyOf(conversationId, null));
}

/** Forgets all drafts, as at a logout. */
export function forgetDrafts(): void {
  modes.clear();
  for (const key of Object.keys(sessionStorage)) {
    if (key.startsWith(PREFIX)) sessionStorage.removeItem(key);
  }
}
