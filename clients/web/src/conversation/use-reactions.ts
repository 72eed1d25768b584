// Adds and takes back reactions: each on its own, so that two may be under way at once.

import type { Conversation, Message } from "emotechat";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { toFormError, type FormError } from "../ui/form-error.js";

// Long enough to be read.
const ERROR_VISIBLE_MS = 8000;

interface Reactions {
  toggle(message: Message, emote: string): void;
  /** Why the last one was refused, for a while. */
  error: FormError | null;
}

/** Reactions to the messages of a conversation. */
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
