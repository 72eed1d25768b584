// Keys in the log: arrows move between messages, Enter opens a message's menu, Escape returns to the message field.

/** The number of the message that contains an element. */
export function seqAt(target: EventTarget | null): number | null {
  const article = (target as Element | null)?.closest<HTMLElement>("article[data-seq]");
  return article ? Number(article.dataset.seq) : null;
}

/** Handles a key press on a message. */
export function moveByKeys(event: KeyboardEvent): void {
  const from = event.target as HTMLElement;
  if (!from.matches("article")) return;
  const all = [...(event.currentTarget as HTMLElement).querySelectorAll<HTMLElement>("article[data-seq]")];
  const at = all.indexOf(from);
  const to = { ArrowUp: all[at - 1], ArrowDown: all[at + 1], Home: all[0], End: all.at(-1) }[event.key];
  if (event.key === "Escape") from.closest(".room")?.querySelector("textarea")?.focus();
  else if (event.key === "Enter") from.querySelector<HTMLElement>(".actions button:last-child")?.click();
  else if (!to) return;
  to?.focus();
  to?.scrollIntoView({ block: "nearest" });
  event.preventDefault();
}
