// Opens a conversation that the server has to give first. Who went elsewhere meanwhile stays there.

import type { Conversation } from "emotechat";
import { open, openId } from "../route.js";
import { useAction, useIsDrawn, type Action } from "./hooks.js";

/** Gets a conversation, opens it, and says so. */
export function useOpening<Rest extends unknown[]>(
  get: (...rest: Rest) => Promise<Conversation>,
  onOpen: () => void,
): Action<Rest> {
  const isDrawn = useIsDrawn();
  return useAction(async (...rest: Rest) => {
    const from = openId.peek();
    const { id } = await get(...rest);
    if (!isDrawn() || openId.peek() !== from) return;
    open(id);
    onOpen();
  });
}
