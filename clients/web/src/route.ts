// The URL's hash holds the id of the open conversation. It survives a reload, and "back" leads to the list.

import { signal } from "@preact/signals";

/** The id of the open conversation, or null if the list is shown. */
export const openId = signal(read());

addEventListener("popstate", () => {
  openId.value = read();
});

function read(): string | null {
  try {
    return decodeURIComponent(location.hash.slice(1)) || null;
  } catch {
    // The hash is not valid URL encoding, for example because the user typed it. No conversation has such an id.
    return null;
  }
}

/** The URL of a conversation. */
export function hrefOf(id: string): string {
  return `#${encodeURIComponent(id)}`;
}

/** Opens a conversation. Switching between conversations adds no history entry, so "back" always leads to the list. */
export function open(id: string): void {
  if (openId.value === null) history.pushState({ fromList: true }, "", hrefOf(id));
  else history.replaceState(history.state, "", hrefOf(id));
  openId.value = id;
}

/** Goes back to the list. */
export function close(): void {
  if (openId.value === null) return;
  if (history.state?.fromList) history.back();
  else {
    history.replaceState(null, "", "/");
    openId.value = null;
  }
}

/** Closes the conversation without a history step, on logout. */
export function clearRoute(): void {
  history.replaceState(null, "", "/");
  openId.value = null;
}
