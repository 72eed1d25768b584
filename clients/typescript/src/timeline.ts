/**
 * The messages of a conversation as they stand, from some message on to the newest. Pages and entries may come in any order:
 * each message knows as of which entry it is true, and older news about it is no news.
 */
import { changed, messageOf, targetOf } from "./fold.js";
import type { Entry, Message } from "./types.js";

/** A message, true as of an entry; once an entry about it was not clear, until it is asked for again. */
interface Held {
  message: Message;
  asOf: number;
  unclearAt?: number;
}

/** The entries that came while a page was being asked for. */
export type Recording = Entry[];

export class Timeline {
  readonly #readerId: string;
  readonly #emojiOf: (emote: string) => string | undefined;
  readonly #held = new Map<number, Held>();
  readonly #recordings = new Set<Recording>();
  readonly #unclear = new Set<number>();
  #hasPage = false;
  #list: readonly Message[] | undefined = [];

  constructor(readerId: string, emojiOf: (emote: string) => string | undefined) {
    this.#readerId = readerId;
    this.#emojiOf = emojiOf;
  }

  /** Ascending; the same array as long as nothing changed. */
  get messages(): readonly Message[] {
    this.#list ??= [...this.#held.values()].map(({ message }) => message).sort((one, other) => one.seq - other.seq);
    return this.#list;
  }

  /** The messages to be asked for again. */
  get unclear(): ReadonlySet<number> {
    return this.#unclear;
  }

  get(seq: number): Message | undefined {
    return this.#held.get(seq)?.message;
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
      const held = this.#held.get(message.seq);
      if (held !== undefined && (held.unclearAt ?? held.asOf) > asOf) continue;
      this.#held.set(message.seq, { message, asOf });
      this.#unclear.delete(message.seq);
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
      if (this.#held.has(entry.seq)) return;
      this.#held.set(entry.seq, { message: messageOf(entry), asOf: entry.seq });
      this.#list = undefined;
      return;
    }
    const held = this.#held.get(targetOf(entry) ?? 0);
    if (held === undefined || held.asOf >= entry.seq) return;
    // What follows something unclear would be put on the wrong message.
    if (held.unclearAt !== undefined) return;
    const now = changed(held.message, entry, this.#readerId, this.#emojiOf);
    if (now === undefined) {
      held.unclearAt = entry.seq;
      this.#unclear.add(held.message.seq);
      return;
    }
    held.message = now;
    held.asOf = entry.seq;
    this.#list = undefined;
  }
}
