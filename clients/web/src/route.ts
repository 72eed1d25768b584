// Which conversation is open stands in the address, after "#": it survives a reload, and "back" leads to the list.

import { signal } from "@preact/signals";

/** The id of the conversation that is open. */
export const openId = signal(read());

addEventListener("popstate", () => {
  openId.value = read();
});

function read(): string | null {
  try {
    return decodeURIComponent(location.hash.slice(1)) || null;
  } catch {
    // Typed, or cut off: no conversation has such an address.
    return null;
  }
}

/** The address of a conversation. */
export function hrefOf(id: string): string {
  return `#${encodeURIComponent(id)}`;
}

/** Opens a conversation. From one to the next is no step that "back" takes. */
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

/** Forgets the conversation, as at a logout. */
export function clearRoute(): void {
  history.replaceState(null, "", "/");
  openId.value = null;
}
