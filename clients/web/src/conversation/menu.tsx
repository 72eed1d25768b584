// All actions on a message, for keyboard and touch too: quick reactions first, then the commands.

import type { Emote, Message } from "emotechat";
import { useEffect, useState } from "preact/hooks";
import { me } from "../chat.js";
import { quickEmotes } from "../emotes/recent.js";
import { useConversationChanges } from "../ui/hooks.js";
import { Icon } from "../ui/icon.js";
import { Popover } from "../ui/popover.js";
import { isDeletable } from "./message.js";
import { useRoom } from "./room.js";
import { seenBy } from "./seen.js";

interface Props {
  message: Message;
  anchor: HTMLElement;
  onClose(): void;
}

/** The menu next to a message. */
export function MessageMenu({ message, anchor, onClose }: Props) {
  const room = useRoom();
  useConversationChanges(room.conversation);
  const [quick, setQuick] = useState<Emote[]>([]);
  useEffect(() => void quickEmotes().then(setQuick, () => {}), []);
  const isOwn = message.sender_id === me.value?.id;
  const closeAnd = (action: () => void) => () => {
    onClose();
    action();
  };
  return (
    <Popover label="More actions" class="menu" anchor={anchor} onClose={onClose}>
      <div role="menu" aria-label="Message actions" onKeyDown={moveByKeys}>
        <div class="quick" role="group" aria-label="Quick reactions">
          {quick.map((emote) => (
            <button
              key={emote.shortcode}
              type="button"
              role="menuitem"
              tabIndex={-1}
              class="emote"
              aria-label={emote.shortcode}
              title={`:${emote.shortcode}:`}
              onClick={closeAnd(() => room.toggle(message, emote.shortcode))}
            >
              {emote.emoji}
            </button>
          ))}
        </div>
        <button type="button" role="menuitem" data-focus onClick={closeAnd(() => room.reply(message))}>
          <Icon name="reply" />
          Reply
        </button>
        <button type="button" role="menuitem" tabIndex={-1} onClick={closeAnd(() => room.openPicker(message, anchor))}>
          <Icon name="smile" />
          React
        </button>
        {/* The clipboard needs a secure context: HTTPS or localhost. */}
        {isSecureContext && (
          <button
            type="button"
            role="menuitem"
            tabIndex={-1}
            onClick={closeAnd(() => void navigator.clipboard.writeText(message.content ?? ""))}
          >
            <Icon name="copy" />
            Copy text
          </button>
        )}
        {isOwn && (
          <button type="button" role="menuitem" tabIndex={-1} onClick={closeAnd(() => room.edit(message))}>
            <Icon name="pencil" />
            Edit
          </button>
        )}
        {isDeletable(message, room.conversation) && (
          <button
            type="button"
            role="menuitem"
            tabIndex={-1}
            class="danger"
            onClick={closeAnd(() => room.confirmDelete(message))}
          >
            <Icon name="trash" />
            Delete
          </button>
        )}
      </div>
      {isOwn && <p class="detail">{seenBy(room.conversation, message.seq, 8)}</p>}
    </Popover>
  );
}

function moveByKeys(event: KeyboardEvent): void {
  const items = [...(event.currentTarget as HTMLElement).querySelectorAll<HTMLElement>("[role=menuitem]")];
  const at = items.indexOf(document.activeElement as HTMLElement);
  const next = items[(at + 1) % items.length];
  const previous = items[(at - 1 + items.length) % items.length];
  const to = {
    ArrowDown: next,
    ArrowRight: next,
    ArrowUp: previous,
    ArrowLeft: previous,
    Home: items[0],
    End: items.at(-1),
  }[event.key];
  if (!to) return;
  to.focus();
  event.preventDefault();
}
