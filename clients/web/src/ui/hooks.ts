// Hooks that several screens share: rendering on conversation changes, actions that can fail, users by id, and the current time.

import type { Conversation, User } from "emotechat";
import { useEffect, useLayoutEffect, useReducer, useRef, useState } from "preact/hooks";
import { chat } from "../chat.js";
import { toFormError, type FormError } from "./form-error.js";

function useRerender(): () => void {
  const [, rerender] = useReducer((count: number) => count + 1, 0);
  return rerender as () => void;
}

/**
 * Renders again whenever the conversation changes. Call it in every component that reads the conversation, even below another
 * one that calls it: a component that reads signals does not render again when it gets the same conversation as a prop.
 */
export function useConversationChanges(conversation: Conversation | null): void {
  const rerender = useRerender();
  useLayoutEffect(() => conversation?.on("change", rerender), [conversation]);
}

/** Returns a function that returns true while the component is mounted, for use after an `await`. */
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

/** An operation that the user starts and the server may reject. Only one run at a time. */
export interface Action<Args extends unknown[]> {
  /** Resolves to true on success; to false on failure, or if another run is still in progress. */
  run(...args: Args): Promise<boolean>;
  isRunning: boolean;
  error: FormError | null;
}

/** Tracks whether an action is running, and the error of its last run. */
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

/** The user with this id, or undefined until it is loaded. */
export function useUser(id: string | null | undefined): User | undefined {
  useUsers(id ? [id] : []);
  return id ? chat.knownUser(id) : undefined;
}

/** Loads users that are not known yet, such as former members, and renders again when they arrive. */
export function useUsers(ids: readonly string[]): void {
  const rerender = useRerender();
  useEffect(() => {
    for (const id of ids) if (!chat.knownUser(id)) chat.getUser(id).then(rerender, () => {});
  }, [ids.join(" ")]);
}

/** The current time in ms. Updates every second while `isNeeded`. */
export function useNow(isNeeded: boolean): number {
  const rerender = useRerender();
  useEffect(() => {
    if (!isNeeded) return;
    const timer = setInterval(rerender, 1000);
    return () => clearInterval(timer);
  }, [isNeeded]);
  return Date.now();
}

/** Whether this tab is visible and has the focus. */
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
