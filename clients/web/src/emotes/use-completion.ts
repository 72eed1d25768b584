// Completes a shortcode while it is typed: what is offered, which one is chosen, and the keys for it.

import type { Emote } from "emotechat";
import type { RefObject } from "preact";
import { useEffect, useId, useState } from "preact/hooks";
import { chat } from "../chat.js";
import { remember } from "./recent.js";
import { found } from "./search.js";

const TYPED = /(?:^|[\s([{"'“‘])(:[a-z0-9_+-]{2,})$/i;
const MOST = 7;

/** What is offered now. */
export interface Offer {
  isOpen: boolean;
  listId: string;
  activeId: string | undefined;
  emotes: Emote[];
  active: number;
  /** Looks at what stands before the caret. */
  look(): void;
  close(): void;
  take(emote: Emote): void;
  /** Whether the key was one for the offer. */
  onKeyDown(event: KeyboardEvent): boolean;
}

/** Watches a text field. */
export function useCompletion(area: RefObject<HTMLTextAreaElement | null>, write: (text: string) => void): Offer {
  const listId = useId();
  const [typed, setTyped] = useState("");
  const [active, setActive] = useState(0);
  const [all, setAll] = useState<Emote[]>([]);
  const emotes = typed ? found(all, typed, MOST) : [];
  const isOpen = emotes.length > 0;
  useEffect(() => {
    if (typed && all.length === 0) chat.emotes().then(setAll, () => {});
  }, [typed]);

  // A caret that moves is no event of the field.
  useEffect(() => {
    const lookAgain = () => document.activeElement === area.current && look();
    document.addEventListener("selectionchange", lookAgain);
    return () => document.removeEventListener("selectionchange", lookAgain);
  });

  /** The shortcode that ends at the caret. */
  function atCaret(): string {
    const { value, selectionStart, selectionEnd } = area.current!;
    return selectionStart === selectionEnd ? (TYPED.exec(value.slice(0, selectionStart))?.[1] ?? "") : "";
  }

  function look(): void {
    const now = atCaret();
    if (now === typed) return;
    setTyped(now);
    setActive(0);
  }

  function take(emote: Emote): void {
    const field = area.current!;
    field.setRangeText(`${emote.emoji} `, field.selectionStart - atCaret().length, field.selectionStart, "end");
    remember(emote);
    setTyped("");
    write(field.value);
    field.focus();
  }

  function onKeyDown(event: KeyboardEvent): boolean {
    if (!isOpen) return false;
    if (event.key === "ArrowDown") setActive((active + 1) % emotes.length);
    else if (event.key === "ArrowUp") setActive((active - 1 + emotes.length) % emotes.length);
    else if ((event.key === "Enter" && !event.shiftKey) || event.key === "Tab") take(emotes[active] ?? emotes[0]!);
    else if (event.key === "Escape") setTyped("");
    else return false;
    event.preventDefault();
    return true;
  }

  return {
    isOpen,
    listId,
    activeId: isOpen ? `${listId}-${active}` : undefined,
    emotes,
    active,
    look,
    close: () => setTyped(""),
    take,
    onKeyDown,
  };
}
