/** A set of user ids that expire, for example users who are online or typing. */
import { timerDelay } from "./backoff.js";

export class ExpiringSet {
  readonly #onChange: (id: string) => void;
  readonly #timers = new Map<string, ReturnType<typeof setTimeout>>();

  /** Calls `onChange` when an id is added or removed, and not when its time is extended. */
  constructor(onChange: (id: string) => void) {
    this.#onChange = onChange;
  }

  /** The current ids, in the order in which they were added. */
  get ids(): string[] {
    return [...this.#timers.keys()];
  }

  has(id: string): boolean {
    return this.#timers.has(id);
  }

  /** Adds an id for a time in milliseconds, or extends its time. */
  add(id: string, forMs: number): void {
    const isNew = !this.has(id);
    clearTimeout(this.#timers.get(id));
    const timer = setTimeout(() => this.delete(id), timerDelay(forMs));
    this.#timers.set(id, timer);
    if (isNew) this.#onChange(id);
  }

  delete(id: string): void {
    if (!this.has(id)) return;
    clearTimeout(this.#timers.get(id));
    this.#timers.delete(id);
    this.#onChange(id);
  }

  /** Removes all ids without calling `onChange`. */
  clear(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
  }
}
