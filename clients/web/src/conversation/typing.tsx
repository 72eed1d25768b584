// Shows who is typing. Always takes up its space, so the layout does not shift.

import type { Conversation } from "emotechat";
import { joinNames, nameOf } from "../names.js";
import { useConversationChanges, useUsers } from "../ui/hooks.js";

export function Typing({ conversation }: { conversation: Conversation }) {
  useConversationChanges(conversation);
  const ids = conversation.typingUserIds;
  useUsers(ids);
  return (
    <p class="typing-line" aria-live="polite">
      {ids.length > 0 && (
        <>
          <span class="pulse" aria-hidden="true">
            <i />
            <i />
            <i />
          </span>
          {joinNames(ids.map(nameOf), 2)} {ids.length === 1 ? "is" : "are"} typing…
        </>
      )}
    </p>
  );
}
