/**
 * One reader's place in the log of a conversation: takes entries in any order, any number of times, and hands each on once,
 * in order, without a gap.
 */
import type { Entry } from "./types.js";

/** Entries that may wait behind a gap. What is beyond is read from the log once the gap is closed. */
const MAX_AHEAD = 1000;

export interface Reader {
  /** Is given the entry that follows. */
  deliver: (entry: Entry) => void;
  /** Whether it takes no more for now. */
  isFull: () => boolean;
  /** Whether it is worth reading the log for it. */
  hasRoom: () => boolean;
}

export class Tracker {
  readonly #reader: Reader;
  readonly #ahead = new Map<number, Entry>();
  #position: number;
  #isStopped = false;

  /** Hands on what comes after `position`. */
  constructor(position: number, reader: Reader) {
    this.#position = position;
    this.#reader = reader;
  }

  /** The newest entry that was handed on. */
  get position(): number {
    return this.#position;
  }

  offer(entry: Entry): void {
    if (entry.seq <= this.#position) return;
    if (this.#ahead.size < MAX_AHEAD || entry.seq === this.#position + 1) this.#ahead.set(entry.seq, entry);
    this.resume();
  }

  /** Hands on what waits and may go. */
  resume(): void {
    for (;;) {
      const next = this.#ahead.get(this.#position + 1);
      if (next === undefined || this.#isStopped || this.#reader.isFull()) return;
      this.#ahead.delete(next.seq);
      this.#position = next.seq;
      this.#reader.deliver(next);
    }
  }

  /** Whether it lacks something up to `head`, and has room for it. */
  isBehind(head: number): boolean {
    return this.#position < head && this.#reader.hasRoom();
  }

  stop(): void {
    this.#isStopped = true;
    this.#ahead.clear();
  }
}
