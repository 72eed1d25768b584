// What the parts of an open conversation ask of it: to answer, change or delete a message, to show a message, to open its menus.

import type { Conversation, Message } from "emotechat";
import { createContext } from "preact";
import { useContext } from "preact/hooks";

/** An open conversation, the same object as long as it is open. */
export interface Room {
  readonly conversation: Conversation;
  reply(message: Message): void;
  edit(message: Message): void;
  confirmDelete(message: Message): void;
  /** Scrolls to a message, however old. */
  jumpTo(seq: number): void;
  openMenu(message: Message, anchor: HTMLElement): void;
  openPicker(message: Message, anchor: HTMLElement): void;
  /** Adds one's reaction, or takes it back. */
  toggle(message: Message, emote: string): void;
}

/** The room that one is in. */
export const RoomContext = createContext<Room | null>(null);

/** The room around. */
export function useRoom(): Room {
  return useContext(RoomContext)!;
}
