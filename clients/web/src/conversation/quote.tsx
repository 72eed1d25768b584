// The message that a reply answers, in one line. A click scrolls to it.

import type { Message } from "emotechat";
import { useEffect, useState } from "preact/hooks";
import { nameOrYou } from "../names.js";
import { hueClass } from "../ui/avatar.js";
import { useConversationChanges, useUser } from "../ui/hooks.js";
import { useRoom } from "./room.js";

/** The quote above a reply. Loads the message if it is older than the log shows. */
export function Quote({ seq, isActive }: { seq: number; isActive: boolean }) {
  const { conversation, jumpTo } = useRoom();
  useConversationChanges(conversation);
  const [fetched, setFetched] = useState<Message>();
  const loaded = conversation.loaded(seq);
  useEffect(() => {
    if (loaded) return;
    const load = () => conversation.message(seq).then(setFetched, () => {});
    void load();
    return conversation.on("entry", (entry) => {
      if ("target_seq" in entry && entry.target_seq === seq) void load();
    });
  }, [seq, !loaded]);
  const message = loaded ?? fetched;
  useUser(message?.sender_id);
  return (
    <button
      type="button"
      class={`quote ${message ? hueClass(message.sender_id) : ""}`}
      tabIndex={isActive ? 0 : -1}
      onClick={() => jumpTo(seq)}
    >
      <span class="visually-hidden">In reply to </span>
      <span class="quote-sender" dir="auto">
        {message ? nameOrYou(message.sender_id) : "…"}
      </span>
      <span class="quote-text" dir="auto">
        {message?.deleted ? "Message deleted" : (message?.content ?? " ")}
      </span>
    </button>
  );
}
