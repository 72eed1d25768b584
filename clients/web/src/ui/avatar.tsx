// The avatar of a user or a group: an initial on a colour that depends only on the id.

import { isOnline } from "../chat.js";

const HUES = 10;

/** The CSS class for the colour of an id. */
export function hueClass(id: string | null): string {
  // FNV-1a, because ids created one after the other differ little and their colours should differ.
  let hash = 0x811c9dc5;
  for (const letter of id ?? "") hash = Math.imul(hash ^ letter.codePointAt(0)!, 0x01000193);
  return `hue-${(hash >>> 8) % HUES}`;
}

function initialOf(name: string): string {
  const letter = name.match(/\p{L}|\p{N}/u)?.[0] ?? [...name][0] ?? "?";
  return letter.toLocaleUpperCase();
}

interface Props {
  id: string | null;
  name: string;
  /** If set, a dot shows whether this user is online. */
  userId?: string;
  isGroup?: boolean;
  isSmall?: boolean;
}

/** Hidden from screen readers, because the name is always next to it. */
export function Avatar({ id, name, userId, isGroup, isSmall }: Props) {
  return (
    <span class={`avatar ${hueClass(id)}${isGroup ? " group" : ""}${isSmall ? " small" : ""}`} aria-hidden="true">
      {initialOf(name)}
      {userId && <Dot userId={userId} />}
    </span>
  );
}

function Dot({ userId }: { userId: string }) {
  return <span class={`dot${isOnline(userId) ? " online" : ""}`} />;
}
