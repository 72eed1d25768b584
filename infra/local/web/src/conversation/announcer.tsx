// Reads new messages of others out. The log itself is silent, since old messages are added to it as well.

import type { Conversation } from "emotechat";
import { useEffect, useState } from "preact/hooks";
import { me } from "../chat.js";
import { nameOf } from "../list/names.js";

/** For screen readers only. */
export function Announcer({ conversation }: { conversation: Conversation }) {
  const [words, setWords] = useState("");
  useEffect(
    () =>
      conversation.on("entry", (entry) => {
        if (entry.type !== "message" || entry.sender_id === me.value?.id || !entry.content) return;
        setWords(`${nameOf(entry.sender_id)}: ${entry.content}`);
      }),
    [conversation],
  );
  return (
    <p class="hidden" aria-live="polite">
      {words}
    </p>
  );
}
