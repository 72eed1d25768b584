// The emotes that a shortcode may become, above the field.

import type { Completion } from "./use-completion.js";

/** A listbox; the field says which option is active. */
export function CompletionList({ completion }: { completion: Completion }) {
  return (
    <ul class="completion" id={completion.listId} role="listbox" aria-label="Emoji suggestions">
      {completion.emotes.map((emote, at) => (
        <li
          key={emote.shortcode}
          id={`${completion.listId}-${at}`}
          role="option"
          aria-selected={at === completion.active}
          // The field keeps the focus.
          onPointerDown={(event) => {
            event.preventDefault();
            completion.accept(emote);
          }}
        >
          <span class="emoji" aria-hidden="true">
            {emote.emoji}
          </span>
          :{emote.shortcode}:
        </li>
      ))}
    </ul>
  );
}
