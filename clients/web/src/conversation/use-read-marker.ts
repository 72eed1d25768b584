// What is read: what stands in view while somebody looks. What came meanwhile is set off by a line, until one writes oneself.

import type { Conversation } from "emotechat";
import { useEffect, useRef } from "preact/hooks";
import { me } from "../chat.js";
import { useAttention } from "../ui/hooks.js";

/** Marks as read; gives after which message the unread ones began. */
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
  // Where the line belongs is not loaded yet.
  const first = conversation.messages[0]?.seq ?? 0;
  return unreadAfter.current !== null && conversation.hasOlder && first > unreadAfter.current + 1
    ? null
    : unreadAfter.current;
}
