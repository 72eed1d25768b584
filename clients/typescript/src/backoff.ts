/** How long to wait before the next try: exponential, with full jitter, so that clients cut off together come back apart. */

const BASE_MS = 1000;
const MAX_MS = 30_000;
const MIN_MS = 50;
/** The longest delay that timers take. */
const MAX_TIMER_MS = 2 ** 31 - 1;

export class Backoff {
  #failures = 0;
  #waking = new AbortController();

  /** Tries that failed in a row. */
  get failures(): number {
    return this.#failures;
  }

  /** Milliseconds until the next try, after one more failure; later than the server asked for (`Retry-After`). */
  next(retryAfterSeconds = 0): number {
    const ceiling = Math.min(MAX_MS, BASE_MS * 2 ** this.#failures);
    this.#failures += 1;
    return Math.max(MIN_MS, Math.random() * ceiling) + retryAfterSeconds * 1000;
  }

  reset(): void {
    this.#failures = 0;
  }

  /** Waits until the next try, or until woken or aborted. */
  wait(retryAfterSeconds: number | undefined, signal: AbortSignal): Promise<void> {
    this.#waking = new AbortController();
    return pause(this.next(retryAfterSeconds), signal, this.#waking.signal);
  }

  /** What failed may succeed now: the next try is due, and counts as the first. */
  wake(): void {
    this.reset();
    this.#waking.abort();
  }
}

/** Waits, unless one of the signals is aborted before. */
export function pause(ms: number, ...signals: readonly AbortSignal[]): Promise<void> {
  return new Promise((resolve) => {
    if (signals.some(({ aborted }) => aborted)) return resolve();
    const end = () => {
      clearTimeout(timer);
      for (const signal of signals) signal.removeEventListener("abort", end);
      resolve();
    };
    const timer = setTimeout(end, timerDelay(ms));
    for (const signal of signals) signal.addEventListener("abort", end);
  });
}

/** What a timer takes: longer ones would fire at once. */
export function timerDelay(ms: number): number {
  return Math.min(Math.max(0, ms), MAX_TIMER_MS);
}
