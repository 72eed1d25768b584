// The title of the window says how much is unread.

import { useSignalEffect } from "@preact/signals";
import { conversations } from "../chat.js";

/** Keeps the title. */
export function useTitle(): void {
  useSignalEffect(() => {
    const unread = conversations.value.reduce((sum, conversation) => sum + conversation.state.unread_count, 0);
    document.title = unread > 0 ? `(${unread}) EmoteChat` : "EmoteChat";
  });
}
