// Finds emotes by what is typed. Pure.

import type { Emote } from "emotechat";

const SKIN_TONE = /[\u{1F3FB}-\u{1F3FF}]/u;

/** Whether it is one of the many variants that only fill lists. */
export function isSkinToneVariant(emote: Emote): boolean {
  return SKIN_TONE.test(emote.emoji);
}

/** The best ones first: the name itself, names that begin so, names with a word that does, names that contain it. */
export function searchEmotes(emotes: readonly Emote[], typed: string, limit: number): Emote[] {
  const query = typed.toLowerCase().replace(/^:|:$/g, "").trim().replaceAll(" ", "_");
  const withVariants = query.includes("tone");
  const ranked: { emote: Emote; rank: number }[] = [];
  for (const emote of emotes) {
    if (!withVariants && isSkinToneVariant(emote)) continue;
    const rank = Math.min(rankOf(emote.shortcode, query), ...emote.aliases.map((alias) => rankOf(alias, query) + 0.5));
    if (rank < NO_MATCH) ranked.push({ emote, rank });
  }
  // A stable sort: within a rank, the order of the server's list.
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
