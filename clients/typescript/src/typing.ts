/** Who is writing in a conversation, and that one is writing oneself. */
import { ExpiringSet } from "./expiring-set.js";

/** Others are told again after so long; what they were told lasts 10 s. */
const NOTIFY_INTERVAL_MS = 4000;

export class Typing {
  readonly #notify: () => void;
  readonly #onChange: () => void;
  readonly #typing: ExpiringSet;
  #userIds: readonly string[] = [];
  #notifiedAt = -Infinity;

  constructor(notify: () => void, onChange: () => void) {
    this.#notify = notify;
    this.#onChange = onChange;
    this.#typing = new ExpiringSet(() => this.#changed());
  }

  /** Who is writing now, in the order in which they began. The same array as long as nobody began or ended. */
  get userIds(): readonly string[] {
    return this.#userIds;
  }

  /** A key was struck. */
  keyPressed(): void {
    if (performance.now() - this.#notifiedAt < NOTIFY_INTERVAL_MS) return;
    this.#notifiedAt = performance.now();
    this.#notify();
  }

  /** The message is written: the next key is worth telling. */
  reset(): void {
    this.#notifiedAt = -Infinity;
  }

  add(userId: string, forMs: number): void {
    this.#typing.add(userId, forMs);
  }

  remove(userId: string): void {
    this.#typing.delete(userId);
  }

  stop(): void {
    this.#typing.clear();
    if (this.#userIds.length > 0) this.#changed();
  }

  #changed(): void {
    this.#userIds = this.#typing.ids;
    this.#onChange();
  }
}
