// The context of an open conversation: the actions that its components can call.

import type { Conversation, Message } from "emotechat";
import { createContext } from "preact";
import { useContext } from "preact/hooks";

/** Stays the same object while the conversation is open. */
export interface Room {
  readonly conversation: Conversation;
  reply(message: Message): void;
  edit(message: Message): void;
  confirmDelete(message: Message): void;
  /** Scrolls to a message, and loads older ones if needed. */
  jumpTo(seq: number): void;
  openMenu(message: Message, anchor: HTMLElement): void;
  openPicker(message: Message, anchor: HTMLElement): void;
  /** Adds the current user's reaction, or removes it. */
  toggle(message: Message, emote: string): void;
}

/** Provides the room to the components of an open conversation. */
export const RoomContext = createContext<Room | null>(null);

/** The room around the calling component. */
export function useRoom(): Room {
  return useContext(RoomContext)!;
}
