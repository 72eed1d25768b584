// The list of emoji suggestions above the message field.

import type { Completion } from "./use-completion.js";

/** A listbox. The field's aria-activedescendant names the active option. */
export function CompletionList({ completion }: { completion: Completion }) {
  return (
    <ul class="completion" id={completion.listId} role="listbox" aria-label="Emoji suggestions">
      {completion.emotes.map((emote, at) => (
        <li
          key={emote.shortcode}
          id={`${completion.listId}-${at}`}
          role="option"
          aria-selected={at === completion.active}
          // Keep the focus in the field.
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
