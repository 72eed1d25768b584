// Marks messages as read while they are in view and the tab has the focus. Messages that arrived unread get a divider above
// them, which stays until the user sends a message.

import type { Conversation } from "emotechat";
import { useEffect, useRef } from "preact/hooks";
import { me } from "../chat.js";
import { useAttention } from "../ui/hooks.js";

/** Marks messages as read. Returns the number of the last message above the divider, or null if there is no divider. */
export function useReadMarker(conversation: Conversation, isAtEnd: boolean): number | null {
  const isReading = useAttention() && isAtEnd;
  const { read_seq, unread_count, head_seq } = conversation.state;
  const ownSeq = conversation.messages.findLast((message) => message.sender_id === me.value?.id)?.seq ?? 0;
  const otherSeq = conversation.messages.findLast((message) => message.sender_id !== me.value?.id)?.seq ?? 0;
  const lastRead = Math.max(read_seq, ownSeq);
  const unreadAfter = useRef<number | null>(unread_count > 0 ? lastRead : null);
  const requestedSeq = useRef(0);
  if (!isReading && unread_count > 0) unreadAfter.current = lastRead;
  if (unreadAfter.current !== null && ownSeq > unreadAfter.current) unreadAfter.current = null;
  useEffect(() => {
    if (!isReading || conversation.isGone || otherSeq <= read_seq || requestedSeq.current >= head_seq) return;
    requestedSeq.current = head_seq;
    conversation.markRead().catch(() => {
      requestedSeq.current = 0;
    });
  });
  // The place of the divider is not loaded yet.
  const first = conversation.messages[0]?.seq ?? 0;
  return unreadAfter.current !== null && conversation.hasOlder && first > unreadAfter.current + 1
    ? null
    : unreadAfter.current;
}
