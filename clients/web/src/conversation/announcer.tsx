// Reads new messages of others out. The log itself is silent, since old messages are added to it as well.

import type { Conversation } from "emotechat";
import { useEffect, useReducer } from "preact/hooks";
import { chat, me } from "../chat.js";
import { nameOf } from "../names.js";

interface Announcement {
  text: string;
  count: number;
}

/** For screen readers only. */
export function Announcer({ conversation }: { conversation: Conversation }) {
  const [{ text, count }, setAnnouncement] = useReducer(
    (last: Announcement, text: string) => ({ text, count: last.count + 1 }),
    {
      text: "",
      count: 0,
    },
  );
  useEffect(
    () =>
      conversation.on("entry", (entry) => {
        if (entry.type !== "message" || entry.sender_id === me.value?.id || !entry.content) return;
        const { sender_id, content } = entry;
        const announce = () => setAnnouncement(`${nameOf(sender_id)}: ${content}`);
        chat.userOf(sender_id).then(announce, announce);
      }),
    [conversation],
  );
  return (
    <p class="visually-hidden" aria-live="polite">
      {/* The same text said again is news only in another element. */}
      <span key={count}>{text}</span>
    </p>
  );
}
