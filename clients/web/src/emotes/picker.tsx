// Picks an emoji by search, by category, or from the recent ones. Arrow keys move through the grid.

import type { Emote } from "emotechat";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { chat } from "../chat.js";
import { toFormError } from "../ui/form-error.js";
import { Popover } from "../ui/popover.js";
import { moveInGrid } from "./grid.js";
import { recent, remember } from "./recent.js";
import { searchEmotes, isSkinToneVariant } from "./search.js";

interface Props {
  anchor: HTMLElement;
  /** The element to focus on close. Defaults to the anchor. */
  returnTo?: HTMLElement;
  onPick(emote: Emote): void;
  onClose(): void;
}

interface Group {
  name: string;
  emotes: Emote[];
}

const MAX_RESULTS = 80;

function groupsOf(emotes: readonly Emote[]): Group[] {
  const groups = Map.groupBy(
    emotes.filter((emote) => !isSkinToneVariant(emote)),
    (emote) => emote.group,
  );
  const recentEmotes = recent(emotes);
  const all = [...groups].map(([name, members]) => ({ name, emotes: members }));
  return recentEmotes.length > 0 ? [{ name: "Recent", emotes: recentEmotes }, ...all] : all;
}

/** The picker next to a button. */
export function Picker({ anchor, returnTo, onPick, onClose }: Props) {
  const [emotes, setEmotes] = useState<Emote[]>([]);
  const [error, setError] = useState("");
  const [query, setQuery] = useState("");
  const scroll = useRef<HTMLDivElement>(null);
  useEffect(() => {
    chat.emotes().then(setEmotes, (thrown: unknown) => setError(toFormError(thrown).detail));
  }, []);
  const groups = useMemo(() => groupsOf(emotes), [emotes]);
  const shown = query.trim() ? [{ name: "Results", emotes: searchEmotes(emotes, query, MAX_RESULTS) }] : groups;
  const pick = (emote: Emote) => {
    remember(emote);
    onClose();
    onPick(emote);
  };
  return (
    <Popover label="Emoji picker" class="picker" anchor={anchor} returnTo={returnTo} onClose={onClose}>
      <input
        type="search"
        data-focus
        aria-label="Search emoji"
        placeholder="Search emoji"
        autocomplete="off"
        value={query}
        onInput={(event) => setQuery(event.currentTarget.value)}
        onKeyDown={(event) => {
          // While an input method composes, these keys belong to it.
          if (event.isComposing) return;
          const first = shown[0]?.emotes[0];
          if (event.key === "Enter" && first) pick(first);
          else if (event.key === "ArrowDown") scroll.current?.querySelector("button")?.focus();
          else return;
          event.preventDefault();
        }}
      />
      <div class="groups" role="group" aria-label="Categories">
        {groups.map((group, at) => (
          <button
            key={group.name}
            type="button"
            class="emote"
            aria-label={group.name}
            title={group.name}
            onClick={() => {
              setQuery("");
              requestAnimationFrame(() => scroll.current?.children[at]?.scrollIntoView({ block: "start" }));
            }}
          >
            {group.name === "Recent" ? "🕘" : group.emotes[0]?.emoji}
          </button>
        ))}
      </div>
      <div class="scroll" ref={scroll} onKeyDown={moveInGrid}>
        {shown.map((group) => (
          <section key={group.name} aria-label={group.name}>
            <h3>{group.name}</h3>
            <div class="grid">
              {group.emotes.map((emote) => (
                <button
                  key={emote.shortcode}
                  type="button"
                  class="emote"
                  aria-label={emote.shortcode}
                  title={`:${emote.shortcode}:`}
                  tabIndex={emote === shown[0]?.emotes[0] ? 0 : -1}
                  onClick={() => pick(emote)}
                >
                  {emote.emoji}
                </button>
              ))}
            </div>
          </section>
        ))}
        <p class={error ? "hint error" : "hint"} role="status">
          {error || (emotes.length > 0 && shown[0]?.emotes.length === 0 ? "No emoji found" : "")}
        </p>
      </div>
    </Popover>
  );
}
