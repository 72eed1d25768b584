/** What holds of somebody for a while, and ends by itself: that they are online, or writing. */
import { timerDelay } from "./backoff.js";

export class ExpiringSet {
  readonly #onChange: (id: string) => void;
  readonly #timers = new Map<string, ReturnType<typeof setTimeout>>();

  /** Tells of each that begins or ends, and not of one that goes on. */
  constructor(onChange: (id: string) => void) {
    this.#onChange = onChange;
  }

  /** Those that hold, in the order in which they began. */
  get ids(): string[] {
    return [...this.#timers.keys()];
  }

  has(id: string): boolean {
    return this.#timers.has(id);
  }

  /** Begins one, or lets it go on, from now for so long. */
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

  /** Ends all, and tells nobody. */
  clear(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
  }
}
