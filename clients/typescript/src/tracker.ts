/**
 * The position of one reader in a conversation's log. Accepts entries in any order and with duplicates. Delivers each
 * entry once, in order and without a gap.
 */
import type { Entry } from "./types.js";

/** Entries buffered after a gap. Later ones are read from the log once the gap is closed. */
const MAX_AHEAD = 1000;

export interface Reader {
  /** Receives the next entry. */
  deliver: (entry: Entry) => void;
  /** Whether the reader accepts no more entries for now. */
  isFull: () => boolean;
  /** Whether there is enough room to read more from the log. */
  hasRoom: () => boolean;
}

export class Tracker {
  readonly #reader: Reader;
  readonly #ahead = new Map<number, Entry>();
  #position: number;
  #isStopped = false;

  /** Delivers entries after `position`. */
  constructor(position: number, reader: Reader) {
    this.#position = position;
    this.#reader = reader;
  }

  /** The newest entry that was delivered. */
  get position(): number {
    return this.#position;
  }

  offer(entry: Entry): void {
    if (entry.seq <= this.#position) return;
    if (this.#ahead.size < MAX_AHEAD || entry.seq === this.#position + 1) this.#ahead.set(entry.seq, entry);
    this.resume();
  }

  /** Delivers buffered entries as far as possible. */
  resume(): void {
    for (;;) {
      const next = this.#ahead.get(this.#position + 1);
      if (next === undefined || this.#isStopped || this.#reader.isFull()) return;
      this.#ahead.delete(next.seq);
      this.#position = next.seq;
      this.#reader.deliver(next);
    }
  }

  /** Whether entries up to `head` are missing and the reader has room for them. */
  isBehind(head: number): boolean {
    return this.#position < head && this.#reader.hasRoom();
  }

  stop(): void {
    this.#isStopped = true;
    this.#ahead.clear();
  }
}
