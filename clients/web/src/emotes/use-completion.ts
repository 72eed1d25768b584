// Completes a shortcode as the user types it: the suggestions, the active one, and the keys.

import type { Emote } from "emotechat";
import type { RefObject } from "preact";
import { useEffect, useId, useState } from "preact/hooks";
import { chat } from "../chat.js";
import { remember } from "./recent.js";
import { searchEmotes } from "./search.js";

const SHORTCODE_START = /(?:^|[\s([{"'“‘])(:[a-z0-9_+-]{2,})$/i;
const MAX_SUGGESTIONS = 7;

/** The current suggestions. */
export interface Completion {
  isOpen: boolean;
  listId: string;
  activeId: string | undefined;
  emotes: Emote[];
  active: number;
  /** Reads the text before the caret. */
  update(): void;
  close(): void;
  accept(emote: Emote): void;
  /** Returns true if the completion handled the key. */
  onKeyDown(event: KeyboardEvent): boolean;
}

/** Completes shortcodes in a text field. */
export function useCompletion(area: RefObject<HTMLTextAreaElement | null>, write: (text: string) => void): Completion {
  const listId = useId();
  const [typed, setTyped] = useState("");
  const [active, setActive] = useState(0);
  const [all, setAll] = useState<Emote[]>([]);
  const emotes = typed ? searchEmotes(all, typed, MAX_SUGGESTIONS) : [];
  const isOpen = emotes.length > 0;
  useEffect(() => {
    if (typed && all.length === 0) chat.emotes().then(setAll, () => {});
  }, [typed]);

  // No event fires on the field when only the caret moves.
  useEffect(() => {
    const onSelectionChange = () => document.activeElement === area.current && update();
    document.addEventListener("selectionchange", onSelectionChange);
    return () => document.removeEventListener("selectionchange", onSelectionChange);
  });

  /** The unfinished shortcode that ends at the caret. */
  function atCaret(): string {
    const { value, selectionStart, selectionEnd } = area.current!;
    return selectionStart === selectionEnd ? (SHORTCODE_START.exec(value.slice(0, selectionStart))?.[1] ?? "") : "";
  }

  function update(): void {
    const now = atCaret();
    if (now === typed) return;
    setTyped(now);
    setActive(0);
  }

  function accept(emote: Emote): void {
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
    else if ((event.key === "Enter" && !event.shiftKey) || event.key === "Tab") accept(emotes[active] ?? emotes[0]!);
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
    update,
    close: () => setTyped(""),
    accept,
    onKeyDown,
  };
}
