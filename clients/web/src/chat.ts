// The client of this tab, with its state as signals: components that read a signal render again when it changes.
// The session lives in session storage, so that two tabs can have two different users.

import { signal } from "@preact/signals";
import { EmoteChat, type Conversation, type CurrentUser, type Status } from "emotechat";
import { clearRoute } from "./route.js";

/** The client of this tab. */
export const chat = new EmoteChat({ storage: sessionStorage });

/** The signed-in user. */
export const me = signal<CurrentUser | null>(null);

/** The state of the live connection. */
export const status = signal<Status>(chat.status);

/** Sorted by latest activity, newest first. */
export const conversations = signal<readonly Conversation[]>([]);

/** Whether the last session was ended from elsewhere. The auth page says so. */
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

/** Whether a user is online. A component that calls this while rendering renders again when presence changes. */
export function isOnline(userId: string): boolean {
  return presence.value >= 0 && chat.isOnline(userId);
}

/** Whether the current user is an admin of the group. */
export function isAdminOf(conversation: Conversation): boolean {
  return conversation.state.members.some(({ user, role }) => user.id === me.value?.id && role === "admin");
}

/** Shows the chat to a signed-in user, and connects. */
export function startSession(user: CurrentUser): void {
  wasSignedOut.value = false;
  // A different user must not see the conversation that the previous user had open in this tab.
  if ((sessionStorage.getItem(LAST_USER) ?? user.id) !== user.id) clearRoute();
  sessionStorage.setItem(LAST_USER, user.id);
  me.value = user;
  chat.connect();
}
