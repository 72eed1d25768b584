// Scrolls to a message. Loads older messages until it is there, or until the user leaves the conversation.

import type { Conversation } from "emotechat";

// An upper bound on the number of pages to load for one jump.
const MAX_PAGES = 100;

/** Scrolls to the message, focuses it, and highlights it for a moment. */
export async function scrollToMessage(conversation: Conversation, scroller: HTMLElement, seq: number): Promise<void> {
  for (let page = 0; page < MAX_PAGES; page++) {
    const found = scroller.querySelector<HTMLElement>(`article[data-seq="${seq}"]`);
    if (found) {
      found.scrollIntoView({ block: "center" });
      found.focus({ preventScroll: true });
      found
        .querySelector(".bubble")
        ?.animate([{ boxShadow: "inset 0 0 0 2px var(--accent)" }, { boxShadow: "inset 0 0 0 2px transparent" }], {
          duration: 1800,
          easing: "ease-in",
        });
      return;
    }
    if (!conversation.hasOlder || (conversation.messages[0]?.seq ?? 0) < seq) return;
    try {
      await conversation.loadOlder();
    } catch {
      return;
    }
    await new Promise(requestAnimationFrame);
    if (!scroller.isConnected) return;
  }
}
