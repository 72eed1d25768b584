// What several screens need of state: to be drawn again on a conversation's change, to run something that may be refused,
// the time, and who people are.

import type { Conversation, User } from "emotechat";
import { useEffect, useLayoutEffect, useReducer, useRef, useState } from "preact/hooks";
import { chat } from "../chat.js";
import { toFormError, type FormError } from "./form-error.js";

function useRerender(): () => void {
  const [, rerender] = useReducer((count: number) => count + 1, 0);
  return rerender as () => void;
}

/**
 * Draws again whenever anything of the conversation changes. Whoever reads one calls it, also below a component that does:
 * what reads signals is not drawn again for the same conversation.
 */
export function useConversationChanges(conversation: Conversation | null): void {
  const rerender = useRerender();
  useLayoutEffect(() => conversation?.on("change", rerender), [conversation]);
}

/** Tells whether this is still drawn, for what goes on after a wait. */
export function useIsMounted(): () => boolean {
  const isMounted = useRef(true);
  useEffect(
    () => () => {
      isMounted.current = false;
    },
    [],
  );
  return () => isMounted.current;
}

/** Something that a person starts and the server may refuse. One run at a time. */
export interface Action<Args extends unknown[]> {
  /** Whether it went well; false too while another run goes on. */
  run(...args: Args): Promise<boolean>;
  isRunning: boolean;
  error: FormError | null;
}

/** Keeps whether an action runs, and why it was refused last. */
export function useAction<Args extends unknown[]>(perform: (...args: Args) => Promise<unknown>): Action<Args> {
  const [isRunning, setRunning] = useState(false);
  const [error, setError] = useState<FormError | null>(null);
  const isBusy = useRef(false);
  async function run(...args: Args): Promise<boolean> {
    if (isBusy.current) return false;
    isBusy.current = true;
    setRunning(true);
    setError(null);
    try {
      await perform(...args);
      return true;
    } catch (thrown) {
      setError(toFormError(thrown));
      return false;
    } finally {
      isBusy.current = false;
      setRunning(false);
    }
  }
  return { run, isRunning, error };
}

/** The user, once known. */
export function useUser(id: string | undefined): User | undefined {
  useUsers(id ? [id] : []);
  return id ? chat.knownUser(id) : undefined;
}

/** Asks who they are, where it is not known yet, and draws again once it is: for those who left, or whom no list named. */
export function useUsers(ids: readonly string[]): void {
  const rerender = useRerender();
  useEffect(() => {
    for (const id of ids) if (!chat.knownUser(id)) chat.userOf(id).then(rerender, () => {});
  }, [ids.join(" ")]);
}

/** The time in ms, a second exact as long as it is needed. */
export function useNow(isNeeded: boolean): number {
  const rerender = useRerender();
  useEffect(() => {
    if (!isNeeded) return;
    const timer = setInterval(rerender, 1000);
    return () => clearInterval(timer);
  }, [isNeeded]);
  return Date.now();
}

/** Whether the person looks at this window: it is shown and has the focus. */
export function useAttention(): boolean {
  const [isAttentive, setAttentive] = useState(hasAttention);
  useEffect(() => {
    const update = () => setAttentive(hasAttention());
    const events = ["focus", "blur", "visibilitychange", "pageshow"];
    for (const event of events) addEventListener(event, update);
    return () => {
      for (const event of events) removeEventListener(event, update);
    };
  }, []);
  return isAttentive;
}

function hasAttention(): boolean {
  return document.visibilityState === "visible" && document.hasFocus();
}
