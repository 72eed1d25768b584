// The emotes that somebody chose last, on this device.

import type { Emote } from "emotechat";
import { chat } from "../chat.js";

const KEY = "emotechat.recent-emotes";
const KEPT = 24;
const QUICK = 6;
const USUAL = ["👍", "❤️", "😂", "😮", "😢", "🎉"];

function shortcodes(): string[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(KEY) ?? "[]");
    return Array.isArray(kept) ? kept.map(String) : [];
  } catch {
    return [];
  }
}

/** Remembers a choice. */
export function remember(emote: Emote): void {
  const kept = [emote.shortcode, ...shortcodes().filter((shortcode) => shortcode !== emote.shortcode)];
  try {
    localStorage.setItem(KEY, JSON.stringify(kept.slice(0, KEPT)));
  } catch {
    // A full or forbidden storage: they are only a convenience.
  }
}

/** The last ones first. */
export function recent(emotes: readonly Emote[]): Emote[] {
  return shortcodes().flatMap((shortcode) => emotes.find((emote) => emote.shortcode === shortcode) ?? []);
}

/** A few for one click: the last ones, filled up with the usual. */
export async function quickEmotes(): Promise<Emote[]> {
  const emotes = await chat.emotes();
  const usual = USUAL.flatMap((emoji) => emotes.find((emote) => emote.emoji === emoji) ?? []);
  return [...new Set([...recent(emotes).slice(0, QUICK), ...usual])].slice(0, QUICK);
}
