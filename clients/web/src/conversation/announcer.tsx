// Announces new messages from others to screen readers. The log itself is not live, because old messages are added to it too.

import type { Conversation } from "emotechat";
import { useEffect, useReducer } from "preact/hooks";
import { chat, me } from "../chat.js";
import { nameOf } from "../names.js";

interface Announcement {
  text: string;
  count: number;
}

/** Invisible; for screen readers only. */
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
        if (sender_id === null) announce();
        else chat.getUser(sender_id).then(announce, announce);
      }),
    [conversation],
  );
  return (
    <p class="visually-hidden" aria-live="polite">
      {/* A new element for each message: screen readers ignore the same text in the same element. */}
      <span key={count}>{text}</span>
    </p>
  );
}
