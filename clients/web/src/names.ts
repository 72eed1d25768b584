// Display names of conversations and people.

import type { Conversation, User } from "emotechat";
import { chat, me } from "./chat.js";

/** The other user of a direct conversation. */
export function partnerOf(conversation: Conversation): User | undefined {
  if (conversation.kind === "group") return undefined;
  return conversation.state.members.find((member) => member.user.id !== me.value?.id)?.user;
}

/** A group's title, or the name of the other user. */
export function titleOf(conversation: Conversation): string {
  return conversation.state.title ?? partnerOf(conversation)?.name ?? "Unknown user";
}

/** A user's name, if the user is loaded. The id is null for messages without a sender. */
export function nameOf(userId: string | null): string {
  if (userId === null) return "System";
  return chat.knownUser(userId)?.name ?? "Unknown user";
}

/** A user's name, or "You" for the current user. */
export function nameOrYou(userId: string | null): string {
  return userId === me.value?.id ? "You" : nameOf(userId);
}

/** "1 member", "3 members". */
export function memberCount(count: number): string {
  return count === 1 ? "1 member" : `${count} members`;
}

/** "Ann", "Ann and Ben", "Ann, Ben and 3 others". */
export function joinNames(names: string[], shown = 3, others = 0): string {
  const more = Math.max(0, names.length - shown) + others;
  const parts = names.slice(0, shown);
  if (more > 0) parts.push(more === 1 ? "1 other" : `${more} others`);
  const last = parts.pop();
  return parts.length > 0 ? `${parts.join(", ")} and ${last}` : (last ?? "");
}
