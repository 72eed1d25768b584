/**
 * Retry delays: exponential, with full jitter, so that clients that lost their connection together do not all reconnect
 * at the same time.
 */

const BASE_MS = 1000;
const MAX_MS = 30_000;
const MIN_MS = 50;
/** The longest delay a timer supports. */
const MAX_TIMER_MS = 2 ** 31 - 1;

export class Backoff {
  #failures = 0;
  #waking = new AbortController();

  /** Consecutive failures. */
  get failures(): number {
    return this.#failures;
  }

  /** Counts one more failure and returns the delay in milliseconds. The delay is added to the server's `Retry-After`. */
  next(retryAfterSeconds = 0): number {
    const ceiling = Math.min(MAX_MS, BASE_MS * 2 ** this.#failures);
    this.#failures += 1;
    return Math.max(MIN_MS, Math.random() * ceiling) + retryAfterSeconds * 1000;
  }

  reset(): void {
    this.#failures = 0;
  }

  /** Waits for the next retry, or until `wake` is called or the signal is aborted. */
  wait(retryAfterSeconds: number | undefined, signal: AbortSignal): Promise<void> {
    this.#waking = new AbortController();
    return pause(this.next(retryAfterSeconds), signal, this.#waking.signal);
  }

  /** Makes the next retry due now and resets the failure count, because the cause of the failures may be gone. */
  wake(): void {
    this.reset();
    this.#waking.abort();
  }
}

/** Waits, or returns early if one of the signals is aborted. */
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

/** Clamps a delay to what timers support. A timer with a longer delay would fire immediately. */
export function timerDelay(ms: number): number {
  return Math.min(Math.max(0, ms), MAX_TIMER_MS);
}
