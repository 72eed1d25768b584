// The line below the newest message if the current user sent it: whether others have seen it, and which members.

import type { Conversation, Message } from "emotechat";
import { me } from "../chat.js";
import { joinNames } from "../names.js";
import { useConversationChanges } from "../ui/hooks.js";

/** The names of the other members who have read up to a message. */
export function readersOf(conversation: Conversation, seq: number): string[] {
  return conversation.state.members
    .filter(({ user, read_seq }) => user.id !== me.value?.id && (read_seq ?? 0) >= seq)
    .map(({ user }) => user.name);
}

/** The delivery state of a message: "Sent", "Seen", "Seen by Ann and Bob". */
export function seenBy(conversation: Conversation, seq: number, shown: number): string {
  const readers = readersOf(conversation, seq);
  if (readers.length === 0) return "Sent";
  if (conversation.kind === "direct") return "Seen";
  if (readers.length > 1 && readers.length === conversation.state.member_count - 1) return "Seen by everyone";
  return `Seen by ${joinNames(readers, shown)}`;
}

export function Seen({ conversation, message }: { conversation: Conversation; message: Message }) {
  useConversationChanges(conversation);
  return (
    <p class="delivery seen" title={joinNames(readersOf(conversation, message.seq), 100)}>
      {seenBy(conversation, message.seq, 3)}
    </p>
  );
}
