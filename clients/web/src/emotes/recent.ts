// The emoji that the user chose most recently on this device.

import type { Emote } from "emotechat";
import { chat } from "../chat.js";

const KEY = "emotechat.recent-emotes";
const MAX_RECENT = 24;
const QUICK_COUNT = 6;
const DEFAULT_EMOJI = ["👍", "❤️", "😂", "😮", "😢", "🎉"];

function shortcodes(): string[] {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(KEY) ?? "[]");
    return Array.isArray(stored) ? stored.map(String) : [];
  } catch {
    return [];
  }
}

/** Puts an emoji at the front of the list. */
export function remember(emote: Emote): void {
  const stored = [emote.shortcode, ...shortcodes().filter((shortcode) => shortcode !== emote.shortcode)];
  try {
    localStorage.setItem(KEY, JSON.stringify(stored.slice(0, MAX_RECENT)));
  } catch {
    // Storage may be full or blocked. The list is only a convenience.
  }
}

/** The recent emoji, newest first. */
export function recent(emotes: readonly Emote[]): Emote[] {
  return shortcodes().flatMap((shortcode) => emotes.find((emote) => emote.shortcode === shortcode) ?? []);
}

/** A few emoji for one-click reactions: the recent ones, then defaults. */
export async function quickEmotes(): Promise<Emote[]> {
  const emotes = await chat.emotes();
  const defaults = DEFAULT_EMOJI.flatMap((emoji) => emotes.find((emote) => emote.emoji === emoji) ?? []);
  return [...new Set([...recent(emotes).slice(0, QUICK_COUNT), ...defaults])].slice(0, QUICK_COUNT);
}
