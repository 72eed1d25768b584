// The picture of somebody or of a group: an initial letter on a colour that is always the same for an id.

import { isOnline } from "../chat.js";

const HUES = 10;

/** The class of an id's colour. */
export function hueClass(id: string): string {
  // FNV-1a: ids that were made one after the other differ little, their colours should not.
  let hash = 0x811c9dc5;
  for (const letter of id) hash = Math.imul(hash ^ letter.codePointAt(0)!, 0x01000193);
  return `hue-${(hash >>> 8) % HUES}`;
}

function initialOf(name: string): string {
  const letter = name.match(/\p{L}|\p{N}/u)?.[0] ?? [...name][0] ?? "?";
  return letter.toLocaleUpperCase();
}

interface Props {
  id: string;
  name: string;
  /** Shows with a dot whether this user is online. */
  userId?: string;
  isGroup?: boolean;
  isSmall?: boolean;
}

/** For the eye only: the name stands beside it. */
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
