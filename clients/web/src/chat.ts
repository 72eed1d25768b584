// The one client of this window, and what it tells as signals: whoever reads one is drawn again when it changes.
// The session is kept for this window only, so that two windows can be two people.

import { signal } from "@preact/signals";
import { EmoteChat, type Conversation, type Oneself, type Status } from "emotechat";
import { clearRoute } from "./route.js";

/** The client of this window. */
export const chat = new EmoteChat({ storage: sessionStorage });

/** Who is signed in here. */
export const me = signal<Oneself | null>(null);

/** The state of the live connection. */
export const status = signal<Status>(chat.status);

/** Latest activity first. */
export const conversations = signal<readonly Conversation[]>([]);

/** Whether the last session was ended from elsewhere, which the login page says. */
export const wasSignedOut = signal(false);

const presence = signal(0);

const LAST_USER = "last-user";

chat.on("status", (now) => {
  status.value = now;
});
chat.on("conversations", () => {
  conversations.value = chat.conversations;
});
chat.on("presence", () => {
  presence.value += 1;
});
chat.on("ended", (reason) => {
  wasSignedOut.value = reason === "session_ended";
  conversations.value = [];
  me.value = null;
});

/** Whether somebody is online now; read while drawing, it draws again when that changes. */
export function isOnline(userId: string): boolean {
  return presence.value >= 0 && chat.isOnline(userId);
}

/** Whether the current user is an admin of the group. */
export function isAdminOf(conversation: Conversation): boolean {
  return conversation.state.members.some(({ user, role }) => user.id === me.value?.id && role === "admin");
}

/** Goes on as somebody who is signed in, live. */
export function startSession(user: Oneself): void {
  wasSignedOut.value = false;
  // What the last one had open in this window is not for somebody else.
  if ((sessionStorage.getItem(LAST_USER) ?? user.id) !== user.id) clearRoute();
  sessionStorage.setItem(LAST_USER, user.id);
  me.value = user;
  chat.connect();
}
