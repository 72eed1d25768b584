// Opens a conversation that the server has to give first. Who went elsewhere meanwhile stays there.

import type { Conversation } from "emotechat";
import { chat } from "../chat.js";
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

/** Opens the direct conversation with a user, which is created if there is none. */
export function useOpenDirect(onOpen: () => void): Action<[userId: string]> {
  return useOpenConversation((userId) => chat.direct(userId), onOpen);
}
