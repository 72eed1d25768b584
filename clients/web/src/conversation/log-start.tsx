// The line above the oldest loaded message: loading, failed, or the start of the conversation.

import type { Conversation } from "emotechat";
import { partnerOf, titleOf } from "../names.js";

interface Props {
  conversation: Conversation;
  hasOlder: boolean;
  isEmpty: boolean;
  error: string | undefined;
  retry(): void;
}

export function LogStart({ conversation, hasOlder, isEmpty, error, retry }: Props) {
  if (error)
    return (
      <p class="log-start error" role="alert">
        {error}{" "}
        <button type="button" class="link" onClick={retry}>
          Load older messages
        </button>
      </p>
    );
  if (hasOlder) return <p class="log-start">Loading older messages…</p>;
  return <p class="log-start">{isEmpty ? "No messages yet. Say hello!" : startOf(conversation)}</p>;
}

function startOf(conversation: Conversation): string {
  const title = titleOf(conversation);
  return partnerOf(conversation)
    ? `This is the start of your conversation with ${title}.`
    : `This is the start of “${title}”.`;
}
