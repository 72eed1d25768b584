/** Estimates the server's time, regardless of the local clock. Message ids contain this time. */
import { v7 } from "uuid";

/** `Date` headers have a resolution of one second. */
const DATE_PRECISION_MS = 1000;

export class ServerClock {
  #offset = 0;

  /** The server's time in milliseconds since the epoch. */
  now(): number {
    return Date.now() + this.#offset;
  }

  /** Adjusts to an exact server time, taken between two local times. */
  learn(serverTime: string, sentAt: number, receivedAt: number): void {
    const time = Date.parse(serverTime);
    if (Number.isFinite(time)) this.#offset = time - (sentAt + receivedAt) / 2;
  }

  /**
   * Adjusts to the `Date` header of a response if it contradicts the estimate. Browsers hide `Date` in cross-origin
   * responses.
   */
  learnFromDate(date: string | null, sentAt: number, receivedAt: number): void {
    const second = Date.parse(date ?? "");
    if (!Number.isFinite(second)) return;
    const earliest = second - receivedAt;
    const latest = second + DATE_PRECISION_MS - sentAt;
    if (this.#offset < earliest || this.#offset > latest) this.#offset = (earliest + latest) / 2;
  }

  /** Creates a message id, a UUIDv7 (RFC 9562). The server searches for duplicates from the id's time onwards. */
  clientId(): string {
    return v7({ msecs: Math.max(0, Math.round(this.now())) });
  }
}
