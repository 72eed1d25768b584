/** The log of one conversation. Offers incoming entries to every reader, and reads missing ones from the server. */
import { Backoff, pause } from "./backoff.js";
import { Problem } from "./problem.js";
import type { Tracker } from "./tracker.js";
import type { Entry } from "./types.js";

/** Pushes can arrive out of order, so a gap gets this long to close by itself. */
const GAP_GRACE_MS = 100;

export interface LogOptions {
  /** Reads the entries after a number. Also returns the number of the newest entry. */
  read: (after: number) => Promise<{ entries: Entry[]; head_seq: number }>;
  /** Called when the user is no longer a member. */
  onGone: () => void;
  /** Stops all reads. */
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

  /** The newest entry number that any source has mentioned. */
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

  /** Accepts entries from any source. `head` says that entries up to this number exist. */
  offer(entries: readonly Entry[], head = 0): void {
    this.#head = Math.max(this.#head, head, ...entries.map(({ seq }) => seq));
    for (const tracker of [...this.#trackers]) {
      for (const entry of entries) tracker.offer(entry);
    }
    this.catchUp();
  }

  /** Reads entries until no reader is behind. */
  catchUp(graceMs = GAP_GRACE_MS): void {
    if (!this.#isReading && this.#lowestPosition() !== undefined) void this.#read(graceMs);
  }

  /** Retries a failed read now, because the connection is back. */
  wake(): void {
    this.#backoff.wake();
    this.catchUp();
  }

  /** Reads entries after a number in case there are new ones. If the read fails, the next heartbeat finds them. */
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
      // A response without the requested entries counts as a failure.
      if (this.#lowestPosition() === after) await this.#backoff.wait(problem?.retryAfter, signal);
      else this.#backoff.reset();
    }
    this.#isReading = false;
  }

  /** The position of the reader that is furthest behind. */
  #lowestPosition(): number | undefined {
    const behind = [...this.#trackers].filter((tracker) => tracker.isBehind(this.#head));
    return behind.length === 0 ? undefined : Math.min(...behind.map(({ position }) => position));
  }
}
