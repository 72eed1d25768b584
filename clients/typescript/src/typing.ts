/** Who is writing in a conversation, and that one is writing oneself. */
import { Leases } from "./leases.js";

/** Others are told again after so long; what they were told lasts 10 s. */
const EVERY_MS = 4000;

export class Typing {
  readonly #tell: () => void;
  readonly #onChange: () => void;
  readonly #leases: Leases;
  #userIds: readonly string[] = [];
  #toldAt = -Infinity;

  constructor(tell: () => void, onChange: () => void) {
    this.#tell = tell;
    this.#onChange = onChange;
    this.#leases = new Leases(() => this.#changed());
  }

  /** Who is writing now, in the order in which they began. The same array as long as nobody began or ended. */
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
    this.#leases.begin(userId, forMs);
  }

  ends(userId: string): void {
    this.#leases.end(userId);
  }

  stop(): void {
    this.#leases.clear();
    if (this.#userIds.length > 0) this.#changed();
  }

  #changed(): void {
    this.#userIds = this.#leases.ids;
    this.#onChange();
  }
}
