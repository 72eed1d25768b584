// Who is typing now. Its room is always there.

import type { Conversation } from "emotechat";
import { joinNames, nameOf } from "../names.js";
import { useConversationChanges, useUsers } from "../ui/hooks.js";

/** One line. */
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
