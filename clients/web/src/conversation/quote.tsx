// The message that another one answers, in a line; a click leads to it.

import type { Message } from "emotechat";
import { useEffect, useState } from "preact/hooks";
import { nameOrYou } from "../names.js";
import { hueOf } from "../ui/avatar.js";
import { useChange, useUser } from "../ui/hooks.js";
import { useRoom } from "./room.js";

/** The quote above an answer. */
export function Quote({ seq, isActive }: { seq: number; isActive: boolean }) {
  const { conversation, jumpTo } = useRoom();
  useChange(conversation);
  const [fetched, setFetched] = useState<Message>();
  const here = conversation.loaded(seq);
  useEffect(() => {
    if (here) return;
    const look = () => conversation.message(seq).then(setFetched, () => {});
    void look();
    return conversation.on("entry", (entry) => {
      if ("target_seq" in entry && entry.target_seq === seq) void look();
    });
  }, [seq, !here]);
  const message = here ?? fetched;
  useUser(message?.sender_id);
  return (
    <button
      type="button"
      class={`quote ${message ? hueOf(message.sender_id) : ""}`}
      tabIndex={isActive ? 0 : -1}
      onClick={() => jumpTo(seq)}
    >
      <span class="hidden">In reply to </span>
      <span class="quoted" dir="auto">
        {message ? nameOrYou(message.sender_id) : "…"}
      </span>
      <span class="words" dir="auto">
        {message?.deleted ? "Message deleted" : (message?.content ?? " ")}
      </span>
    </button>
  );
}
