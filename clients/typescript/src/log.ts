/** The log of one conversation: gives what arrives to every reader of it, and reads what is missing. */
import { Backoff, pause } from "./backoff.js";
import { Problem } from "./problem.js";
import type { Tracker } from "./tracker.js";
import type { Entry } from "./types.js";

/** Pushes overtake each other: a gap has so long to close by itself. */
const GAP_GRACE_MS = 100;

export interface LogOptions {
  /** The entries behind one, and the newest there is. */
  read: (after: number) => Promise<{ entries: Entry[]; head_seq: number }>;
  /** Is told that the conversation is not the user's any more. */
  onGone: () => void;
  /** Ends all reading. */
  signal: AbortSignal;
}

export class Log {
  readonly #options: LogOptions;
  readonly #trackers = new Set<Tracker>();
  #head = 0;
  #isReading = false;
  readonly #backoff = new Backoff();

  constructor(options: LogOptions) {
    this.#options = options;
    options.signal.addEventListener("abort", () => {
      for (const tracker of this.#trackers) this.remove(tracker);
    });
  }

  /** The newest entry of which anything was heard. */
  get head(): number {
    return this.#head;
  }

  add(tracker: Tracker): void {
    this.#trackers.add(tracker);
    this.catchUp(0);
  }

  remove(tracker: Tracker): void {
    tracker.stop();
    this.#trackers.delete(tracker);
  }

  /** Takes entries from wherever they come, and that there are some up to `head`. */
  offer(entries: readonly Entry[], head = 0): void {
    this.#head = Math.max(this.#head, head, ...entries.map(({ seq }) => seq));
    for (const tracker of [...this.#trackers]) {
      for (const entry of entries) tracker.offer(entry);
    }
    this.catchUp();
  }

  /** Reads what a reader lacks, until none lacks anything. */
  catchUp(graceMs = GAP_GRACE_MS): void {
    if (!this.#isReading && this.#lowestPosition() !== undefined) void this.#read(graceMs);
  }

  /** The connection is back: a reading that failed is tried again now. */
  wake(): void {
    this.#backoff.wake();
    this.catchUp();
  }

  /** Reads what is behind an entry, though nothing says that there is any. What fails is made up for by the next beat. */
  poll(after: number): void {
    this.#options.read(after).then(
      ({ entries, head_seq }) => this.offer(entries, head_seq),
      () => undefined,
    );
  }

  async #read(graceMs: number): Promise<void> {
    const { signal, read, onGone } = this.#options;
    this.#isReading = true;
    this.#backoff.reset();
    await pause(graceMs, signal);
    for (let after = this.#lowestPosition(); after !== undefined && !signal.aborted; after = this.#lowestPosition()) {
      let problem: Problem | undefined;
      try {
        const { entries, head_seq } = await read(after);
        if (!signal.aborted) this.offer(entries, head_seq);
      } catch (error) {
        problem = Problem.from(error);
      }
      if (problem?.status === 404) onGone();
      // An answer without what was asked for is as good as none.
      if (this.#lowestPosition() === after) await this.#backoff.wait(problem?.retryAfter, signal);
      else this.#backoff.reset();
    }
    this.#isReading = false;
  }

  /** The place of the reader that is farthest behind. */
  #lowestPosition(): number | undefined {
    const behind = [...this.#trackers].filter((tracker) => tracker.isBehind(this.#head));
    return behind.length === 0 ? undefined : Math.min(...behind.map(({ position }) => position));
  }
}
