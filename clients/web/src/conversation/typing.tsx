// Who is typing now. Its room is always there.

import type { Conversation } from "emotechat";
import { listed, nameOf } from "../names.js";
import { useChange, useUsers } from "../ui/hooks.js";

/** One line. */
export function Typing({ conversation }: { conversation: Conversation }) {
  useChange(conversation);
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
          {listed(ids.map(nameOf), 2)} {ids.length === 1 ? "is" : "are"} typing …
        </>
      )}
    </p>
  );
}
