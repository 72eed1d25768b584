// Shows the number of unread messages in the tab's title.

import { useSignalEffect } from "@preact/signals";
import { conversations } from "../chat.js";

/** Keeps `document.title` up to date. */
export function useTitle(): void {
  useSignalEffect(() => {
    const unread = conversations.value.reduce((sum, conversation) => sum + conversation.state.unread_count, 0);
    document.title = unread > 0 ? `(${unread}) EmoteChat` : "EmoteChat";
  });
}
