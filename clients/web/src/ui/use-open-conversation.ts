// Opens a conversation that must first be loaded from the server or created there.

import type { Conversation } from "emotechat";
import { chat } from "../chat.js";
import { open, openId } from "../route.js";
import { useAction, useIsMounted, type Action } from "./hooks.js";

/** Runs `get`, then opens the result and calls `onOpen`. Does neither if the user opens another conversation first. */
export function useOpenConversation<Args extends unknown[]>(
  get: (...args: Args) => Promise<Conversation>,
  onOpen: () => void,
): Action<Args> {
  const isMounted = useIsMounted();
  return useAction(async (...args: Args) => {
    const from = openId.peek();
    const { id } = await get(...args);
    if (!isMounted() || openId.peek() !== from) return;
    open(id);
    onOpen();
  });
}

/** Opens the direct conversation with a user, and creates it if it does not exist yet. */
export function useOpenDirect(onOpen: () => void): Action<[userId: string]> {
  return useOpenConversation((userId) => chat.direct(userId), onOpen);
}
