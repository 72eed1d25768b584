/** Who is typing in a conversation, and when to notify others that the user is typing. */
import { ExpiringSet } from "./expiring-set.js";

/** Minimum time between two notifications. Others show each one for 10 s. */
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

  /** Who is typing now, in the order in which they started. The same array until someone starts or stops. */
  get userIds(): readonly string[] {
    return this.#userIds;
  }

  /** Notifies the others, unless they were notified recently. */
  keyPressed(): void {
    if (performance.now() - this.#notifiedAt < NOTIFY_INTERVAL_MS) return;
    this.#notifiedAt = performance.now();
    this.#notify();
  }

  /** The message was sent, so the next key press notifies the others again. */
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
