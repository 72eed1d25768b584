/**
 * The newest messages of a conversation in their current form. Pages and entries may arrive in any order. Each message
 * records the entry up to which it is current, so older information is ignored.
 */
import { applyToMessage, messageFrom, targetSeq } from "./fold.js";
import type { Entry, Message } from "./types.js";

/**
 * A message that is current as of an entry. After an entry that could not be applied, it is stale until it is loaded
 * again.
 */
interface Known {
  message: Message;
  asOf: number;
  staleAt?: number;
}

/** The entries that arrived while a page was loading. */
export type Recording = Entry[];

export class Timeline {
  readonly #readerId: string;
  readonly #emojiOf: (emote: string) => string | undefined;
  readonly #known = new Map<number, Known>();
  readonly #recordings = new Set<Recording>();
  readonly #stale = new Set<number>();
  #hasPage = false;
  #list: readonly Message[] | undefined = [];

  constructor(readerId: string, emojiOf: (emote: string) => string | undefined) {
    this.#readerId = readerId;
    this.#emojiOf = emojiOf;
  }

  /** Ascending. The same array until something changes. */
  get messages(): readonly Message[] {
    this.#list ??= [...this.#known.values()].map(({ message }) => message).sort((a, b) => a.seq - b.seq);
    return this.#list;
  }

  /** The messages to load again. */
  get stale(): ReadonlySet<number> {
    return this.#stale;
  }

  get(seq: number): Message | undefined {
    return this.#known.get(seq)?.message;
  }

  /** Starts recording incoming entries. Call it before loading a page, because the page may not include them. */
  record(): Recording {
    const recording: Recording = [];
    this.#recordings.add(recording);
    return recording;
  }

  /** Stops a recording whose page failed to load. */
  discard(recording: Recording): void {
    this.#recordings.delete(recording);
  }

  /** Adds a page that is current as of `asOf`, then the recorded entries. The first page must be the newest. */
  add(page: readonly Message[], asOf: number, recording: Recording): void {
    this.#recordings.delete(recording);
    this.#hasPage = true;
    for (const message of page) {
      const known = this.#known.get(message.seq);
      if (known !== undefined && (known.staleAt ?? known.asOf) > asOf) continue;
      this.#known.set(message.seq, { message, asOf });
      this.#stale.delete(message.seq);
      this.#list = undefined;
    }
    for (const entry of recording) if (entry.seq > asOf) this.#apply(entry);
  }

  /** Applies the next entry. Before the first page there are no messages to apply it to. */
  apply(entry: Entry): void {
    for (const recording of this.#recordings) recording.push(entry);
    if (this.#hasPage) this.#apply(entry);
  }

  #apply(entry: Entry): void {
    if (entry.type === "message") {
      if (this.#known.has(entry.seq)) return;
      this.#known.set(entry.seq, { message: messageFrom(entry), asOf: entry.seq });
      this.#list = undefined;
      return;
    }
    const known = this.#known.get(targetSeq(entry) ?? 0);
    if (known === undefined || known.asOf >= entry.seq) return;
    // Later entries must not be applied to a stale message.
    if (known.staleAt !== undefined) return;
    const updated = applyToMessage(known.message, entry, this.#readerId, this.#emojiOf);
    if (updated === undefined) {
      known.staleAt = entry.seq;
      this.#stale.add(known.message.seq);
      return;
    }
    known.message = updated;
    known.asOf = entry.seq;
    this.#list = undefined;
  }
}
