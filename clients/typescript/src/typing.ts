/** Who is writing in a conversation, and that one is writing oneself. */

/** Others are told again after so long; what they were told lasts 10 s. */
const EVERY_MS = 4000;

export class Typing {
  readonly #tell: () => void;
  readonly #onChange: () => void;
  readonly #timers = new Map<string, ReturnType<typeof setTimeout>>();
  #userIds: readonly string[] = [];
  #toldAt = -Infinity;

  constructor(tell: () => void, onChange: () => void) {
    this.#tell = tell;
    this.#onChange = onChange;
  }

  /** Who is writing now, in the order in which they began. */
  get userIds(): readonly string[] {
    return this.#userIds;
  }

  /** A key was struck. */
  strike(): void {
    if (performance.now() - this.#toldAt < EVERY_MS) return;
    this.#toldAt = performance.now();
    this.#tell();
  }

  /** The message is written: the next key is worth telling. */
  rest(): void {
    this.#toldAt = -Infinity;
  }

  begins(userId: string, forMs: number): void {
    clearTimeout(this.#timers.get(userId));
    this.#timers.set(
      userId,
      setTimeout(() => this.ends(userId), Math.max(0, forMs)),
    );
    this.#changed();
  }

  ends(userId: string): void {
    if (!this.#timers.has(userId)) return;
    clearTimeout(this.#timers.get(userId));
    this.#timers.delete(userId);
    this.#changed();
  }

  stop(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
    this.#changed();
  }

  #changed(): void {
    const userIds = [...this.#timers.keys()];
    if (userIds.join() === this.#userIds.join()) return;
    this.#userIds = userIds;
    this.#onChange();
  }
}
