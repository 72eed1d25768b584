// Turns messages into rows: adds a divider for each day and for unread messages, and groups consecutive messages from one
// sender. Pure.

import type { Message, Sending } from "emotechat";
import { dayOf } from "../ui/time.js";

/** A row of the log. */
export type Row =
  | { type: "day"; key: string; time: number }
  | { type: "unread"; key: string }
  | { type: "message"; key: string; message: Message; isOwn: boolean; isFirst: boolean; isLast: boolean }
  | { type: "sending"; key: string; sending: Sending; isFirst: boolean; isLast: boolean };

interface Source {
  messages: readonly Message[];
  sending: readonly Sending[];
  ownId: string;
  /** The number of the last message above the unread divider; null for no divider. */
  unreadAfter: number | null;
}

const RUN_GAP_MS = 5 * 60 * 1000;

/** The rows, oldest first. */
export function rowsOf({ messages, sending, ownId, unreadAfter }: Source): Row[] {
  const rows: Row[] = [];
  let previous: { senderId: string | null; time: number } | null = null;
  let isDivided = unreadAfter === null;

  function startsRun(senderId: string | null, time: number, isUnread: boolean): boolean {
    const isNewDay: boolean = previous === null || dayOf(previous.time) !== dayOf(time);
    if (isNewDay) rows.push({ type: "day", key: `day ${dayOf(time)}`, time });
    if (isUnread) rows.push({ type: "unread", key: "unread" });
    const continuesRun =
      previous !== null &&
      !isNewDay &&
      !isUnread &&
      previous.senderId === senderId &&
      time - previous.time < RUN_GAP_MS;
    const last = rows.at(-1);
    if (continuesRun && last && "isLast" in last) last.isLast = false;
    previous = { senderId, time };
    return !continuesRun;
  }

  for (const message of messages) {
    const isOwn = message.sender_id === ownId;
    const isUnread = !isDivided && !isOwn && message.seq > unreadAfter!;
    isDivided ||= isUnread;
    const isFirst = startsRun(message.sender_id, Date.parse(message.created_at), isUnread);
    rows.push({
      type: "message",
      key: isOwn ? message.client_id : String(message.seq),
      message,
      isOwn,
      isFirst,
      isLast: true,
    });
  }
  for (const unsent of sending) {
    const isFirst = startsRun(
      ownId,
      Math.max(unsent.createdAt, previous === null ? 0 : (previous as { time: number }).time),
      false,
    );
    rows.push({ type: "sending", key: unsent.clientId, sending: unsent, isFirst, isLast: true });
  }
  return rows;
}
