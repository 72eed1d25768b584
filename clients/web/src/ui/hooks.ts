// What several screens need of state: to be drawn again on a conversation's change, to run something that may be refused,
// the time, and who people are.

import type { Conversation, User } from "emotechat";
import { useEffect, useLayoutEffect, useReducer, useRef, useState } from "preact/hooks";
import { chat } from "../chat.js";
import { faultOf, type Fault } from "./fault.js";

function useRedraw(): () => void {
  const [, redraw] = useReducer((count: number) => count + 1, 0);
  return redraw as () => void;
}

/**
 * Draws again whenever anything of the conversation changes. Whoever reads one calls it, also below a component that does:
 * what reads signals is not drawn again for the same conversation.
 */
export function useChange(conversation: Conversation | null): void {
  const redraw = useRedraw();
  useLayoutEffect(() => conversation?.on("change", redraw), [conversation]);
}

/** Tells whether this is still drawn, for what goes on after a wait. */
export function useIsDrawn(): () => boolean {
  const isDrawn = useRef(true);
  useEffect(
    () => () => {
      isDrawn.current = false;
    },
    [],
  );
  return () => isDrawn.current;
}

/** Something that a person starts and the server may refuse. One run at a time. */
export interface Action<Rest extends unknown[]> {
  /** Whether it went well; false too while another run goes on. */
  run(...rest: Rest): Promise<boolean>;
  isRunning: boolean;
  fault: Fault | null;
}

/** Keeps whether an action runs, and why it was refused last. */
export function useAction<Rest extends unknown[]>(act: (...rest: Rest) => Promise<unknown>): Action<Rest> {
  const [isRunning, setRunning] = useState(false);
  const [fault, setFault] = useState<Fault | null>(null);
  const isBusy = useRef(false);
  async function run(...rest: Rest): Promise<boolean> {
    if (isBusy.current) return false;
    isBusy.current = true;
    setRunning(true);
    setFault(null);
    try {
      await act(...rest);
      return true;
    } catch (thrown) {
      setFault(faultOf(thrown));
      return false;
    } finally {
      isBusy.current = false;
      setRunning(false);
    }
  }
  return { run, isRunning, fault };
}

/** The user, once known. */
export function useUser(id: string | undefined): User | undefined {
  useUsers(id ? [id] : []);
  return id ? chat.knownUser(id) : undefined;
}

/** Asks who they are, where it is not known yet, and draws again once it is: for those who left, or whom no list named. */
export function useUsers(ids: readonly string[]): void {
  const redraw = useRedraw();
  useEffect(() => {
    for (const id of ids) if (!chat.knownUser(id)) chat.userOf(id).then(redraw, () => {});
  }, [ids.join(" ")]);
}

/** The time in ms, a second exact as long as it is needed. */
export function useNow(isNeeded: boolean): number {
  const redraw = useRedraw();
  useEffect(() => {
    if (!isNeeded) return;
    const timer = setInterval(redraw, 1000);
    return () => clearInterval(timer);
  }, [isNeeded]);
  return Date.now();
}

/** Whether the person looks at this window: it is shown and has the focus. */
export function useAttention(): boolean {
  const [isAttentive, setAttentive] = useState(look);
  useEffect(() => {
    const again = () => setAttentive(look());
    const events = ["focus", "blur", "visibilitychange", "pageshow"];
    for (const event of events) addEventListener(event, again);
    return () => {
      for (const event of events) removeEventListener(event, again);
    };
  }, []);
  return isAttentive;
}

function look(): boolean {
  return document.visibilityState === "visible" && document.hasFocus();
}
