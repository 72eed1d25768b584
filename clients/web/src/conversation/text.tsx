// The text of a message: only ever text, with links where an address stands. Emojis alone are larger.

const ADDRESS = /\bhttps?:\/\/[^\s<>"'`]+/g;
const CLOSING = /[.,;:!?)\]}»”’…]+$/;
const EMOJIS = /^(?:\p{RGI_Emoji}\s*){1,6}$/v;

interface Props {
  content: string;
  id?: string;
  /** Whether Tab leads to its links. */
  isActive?: boolean;
}

/** What a message says. */
export function Text({ content, id, isActive = true }: Props) {
  return (
    <p id={id} class={EMOJIS.test(content) ? "text emojis" : "text"} dir="auto">
      {linked(content, isActive)}
    </p>
  );
}

function linked(content: string, isActive: boolean) {
  const parts = [];
  let from = 0;
  for (const match of content.matchAll(ADDRESS)) {
    const address = withoutClosing(match[0]);
    if (!URL.canParse(address)) continue;
    parts.push(content.slice(from, match.index));
    parts.push(
      <a key={match.index} href={address} tabIndex={isActive ? 0 : -1} target="_blank" rel="noopener noreferrer">
        {address}
      </a>,
    );
    from = match.index + address.length;
  }
  parts.push(content.slice(from));
  return parts;
}

// A point after an address ends the sentence, and a bracket may have been opened before it.
function withoutClosing(address: string): string {
  const bare = address.replace(CLOSING, "");
  return bare.includes("(") && address[bare.length] === ")" ? `${bare})` : bare;
}
