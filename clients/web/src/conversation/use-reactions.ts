// Adds and removes reactions. Each runs on its own, so several can be in progress at the same time.

import type { Conversation, Message } from "emotechat";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { toFormError, type FormError } from "../ui/form-error.js";

// Long enough to read the error.
const ERROR_VISIBLE_MS = 8000;

interface Reactions {
  toggle(message: Message, emote: string): void;
  /** Why the last reaction was rejected. Disappears after a few seconds. */
  error: FormError | null;
}

export function useReactions(conversation: Conversation): Reactions {
  const [error, setError] = useState<FormError | null>(null);
  const running = useRef(new Set<string>());
  useEffect(() => {
    if (!error) return;
    const timer = setTimeout(() => setError(null), ERROR_VISIBLE_MS);
    return () => clearTimeout(timer);
  }, [error]);
  const toggle = useMemo(
    () =>
      async ({ seq, reactions }: Message, emote: string): Promise<void> => {
        const key = `${seq} ${emote}`;
        if (running.current.has(key)) return;
        running.current.add(key);
        setError(null);
        try {
          const isMine = reactions.some((reaction) => reaction.emote === emote && reaction.mine);
          await (isMine ? conversation.unreact(seq, emote) : conversation.react(seq, emote));
        } catch (thrown) {
          setError(toFormError(thrown));
        } finally {
          running.current.delete(key);
        }
      },
    [conversation],
  );
  return { toggle: (message, emote) => void toggle(message, emote), error };
}
