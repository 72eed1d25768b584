/**
 * The messages of a conversation as they stand, from some message on to the newest. Pages and entries may come in any order:
 * each message knows as of which entry it is true, and older news about it is no news.
 */
import { applyToMessage, messageFrom, targetSeq } from "./fold.js";
import type { Entry, Message } from "./types.js";

/** A message, true as of an entry; once an entry about it was not clear, until it is asked for again. */
interface Known {
  message: Message;
  asOf: number;
  staleAt?: number;
}

/** The entries that came while a page was being asked for. */
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

  /** Ascending; the same array as long as nothing changed. */
  get messages(): readonly Message[] {
    this.#list ??= [...this.#known.values()].map(({ message }) => message).sort((a, b) => a.seq - b.seq);
    return this.#list;
  }

  /** The messages to be asked for again. */
  get stale(): ReadonlySet<number> {
    return this.#stale;
  }

  get(seq: number): Message | undefined {
    return this.#known.get(seq)?.message;
  }

  /** Starts to write down what comes, before a page is asked for: the page may not know of it. */
  record(): Recording {
    const recording: Recording = [];
    this.#recordings.add(recording);
    return recording;
  }

  /** No page will come. */
  discard(recording: Recording): void {
    this.#recordings.delete(recording);
  }

  /** Adds a page that is true as of `asOf`, and what came since. The first has to be the newest. */
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

  /** Applies the entry that follows. Before there is a page, there is nothing to apply it to. */
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
    // What follows something stale would be put on the wrong message.
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
