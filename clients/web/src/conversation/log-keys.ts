// The keys of the log: arrows lead from one message to the next, Enter to what may be done with it, Escape to where one writes.

/** The number of the message that something is in. */
export function seqAt(target: EventTarget | null): number | null {
  const article = (target as Element | null)?.closest<HTMLElement>("article[data-seq]");
  return article ? Number(article.dataset.seq) : null;
}

/** Moves the focus. */
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
