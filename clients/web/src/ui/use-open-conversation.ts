// Opens a conversation that the server has to give first. Who went elsewhere meanwhile stays there.

import type { Conversation } from "emotechat";
import { open, openId } from "../route.js";
import { useAction, useIsMounted, type Action } from "./hooks.js";

/** Gets a conversation, opens it, and says so. */
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
