/**
 * One reader's place in the log of a conversation: takes entries in any order, any number of times, and hands each on once,
 * in order, without a gap.
 */
import type { Entry } from "./types.js";

/** Entries that may wait behind a gap. What is beyond is read from the log once the gap is closed. */
const AHEAD = 1000;

export class Tracker {
  /** The newest entry that was handed on. */
  position: number;
  readonly #deliver: (entry: Entry) => void;
  readonly #isFull: () => boolean;
  readonly #ahead = new Map<number, Entry>();

  /** Hands on what comes after `position`; while it is full, nothing, as if it had not come. */
  constructor(position: number, deliver: (entry: Entry) => void, isFull: () => boolean = () => false) {
    this.position = position;
    this.#deliver = deliver;
    this.#isFull = isFull;
  }

  offer(entry: Entry): void {
    if (entry.seq <= this.position) return;
    if (this.#ahead.size < AHEAD || entry.seq === this.position + 1) this.#ahead.set(entry.seq, entry);
    for (;;) {
      const next = this.#ahead.get(this.position + 1);
      if (next === undefined || this.#isFull()) return;
      this.#ahead.delete(next.seq);
      this.position = next.seq;
      this.#deliver(next);
    }
  }

  /** Whether it lacks something up to `head`, and has room for it. */
  isBehind(head: number): boolean {
    return this.position < head && !this.#isFull();
  }
}
