// The text of a message. It is never treated as markup; URLs become links. A few emoji on their own are larger.

const URL_PATTERN = /\bhttps?:\/\/[^\s<>"'`]+/g;
const TRAILING_PUNCTUATION = /[.,;:!?)\]}»”’…]+$/;
const EMOJI_ONLY = /^(?:\p{RGI_Emoji}\s*){1,6}$/v;

interface Props {
  content: string;
  id?: string;
  /** Whether Tab reaches its links. */
  isActive?: boolean;
}

export function Text({ content, id, isActive = true }: Props) {
  return (
    <p id={id} class={EMOJI_ONLY.test(content) ? "text emojis" : "text"} dir="auto">
      {linkify(content, isActive)}
    </p>
  );
}

function linkify(content: string, isActive: boolean) {
  const parts = [];
  let from = 0;
  for (const match of content.matchAll(URL_PATTERN)) {
    const url = trimPunctuation(match[0]);
    if (!URL.canParse(url)) continue;
    parts.push(content.slice(from, match.index));
    parts.push(
      <a key={match.index} href={url} tabIndex={isActive ? 0 : -1} target="_blank" rel="noopener noreferrer">
        {url}
      </a>,
    );
    from = match.index + url.length;
  }
  parts.push(content.slice(from));
  return parts;
}

// Punctuation after a URL belongs to the sentence, but a closing bracket belongs to the URL if the URL opened it.
function trimPunctuation(url: string): string {
  const trimmed = url.replace(TRAILING_PUNCTUATION, "");
  return trimmed.includes("(") && url[trimmed.length] === ")" ? `${trimmed})` : trimmed;
}
