// Finds emoji by name. Pure.

import type { Emote } from "emotechat";

const SKIN_TONE = /[\u{1F3FB}-\u{1F3FF}]/u;

/** Whether an emoji has a skin tone. The many variants would crowd out other results. */
export function isSkinToneVariant(emote: Emote): boolean {
  return SKIN_TONE.test(emote.emoji);
}

/** Best matches first: exact name, start of the name, start of a word in it, anywhere in it. */
export function searchEmotes(emotes: readonly Emote[], typed: string, limit: number): Emote[] {
  const query = typed.toLowerCase().replace(/^:|:$/g, "").trim().replaceAll(" ", "_");
  const withVariants = query.includes("tone");
  const ranked: { emote: Emote; rank: number }[] = [];
  for (const emote of emotes) {
    if (!withVariants && isSkinToneVariant(emote)) continue;
    const rank = Math.min(rankOf(emote.shortcode, query), ...emote.aliases.map((alias) => rankOf(alias, query) + 0.5));
    if (rank < NO_MATCH) ranked.push({ emote, rank });
  }
  // The sort is stable: equal ranks keep the order of the server's list.
  return ranked
    .sort((a, b) => a.rank - b.rank)
    .slice(0, limit)
    .map(({ emote }) => emote);
}

const NO_MATCH = 4;

function rankOf(name: string, query: string): number {
  if (name === query) return 0;
  if (name.startsWith(query)) return 1;
  if (name.includes(`_${query}`)) return 2;
  return name.includes(query) ? 3 : NO_MATCH;
}
