// Under the newest message, when it is one's own: whether it was seen, and by whom.

import type { Conversation, Message } from "emotechat";
import { me } from "../chat.js";
import { joinNames } from "../names.js";
import { useConversationChanges } from "../ui/hooks.js";

/** The others who read up to a message. */
export function readersOf(conversation: Conversation, seq: number): string[] {
  return conversation.state.members
    .filter(({ user, read_seq }) => user.id !== me.value?.id && (read_seq ?? 0) >= seq)
    .map(({ user }) => user.name);
}

/** How a group or a partner saw it, in words. */
export function seenBy(conversation: Conversation, seq: number, shown: number): string {
  const readers = readersOf(conversation, seq);
  if (readers.length === 0) return "Sent";
  if (conversation.kind === "direct") return "Seen";
  if (readers.length > 1 && readers.length === conversation.state.member_count - 1) return "Seen by everyone";
  return `Seen by ${joinNames(readers, shown)}`;
}

/** One line. */
export function Seen({ conversation, message }: { conversation: Conversation; message: Message }) {
  useConversationChanges(conversation);
  return (
    <p class="delivery seen" title={joinNames(readersOf(conversation, message.seq), 100)}>
      {seenBy(conversation, message.seq, 3)}
    </p>
  );
}
