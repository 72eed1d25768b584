/** The server's time as this client knows it, whatever its own clock says: ids of messages are made with it. */
import { v7 } from "uuid";

/** `Date` has whole seconds, so it says no more than this. */
const DATE_PRECISION_MS = 1000;

export class ServerClock {
  #offset = 0;

  /** Milliseconds since the epoch, by the server's clock. */
  now(): number {
    return Date.now() + this.#offset;
  }

  /** Learns from an exact time of the server, that it told between two moments of ours. */
  learn(serverTime: string, sentAt: number, receivedAt: number): void {
    const time = Date.parse(serverTime);
    if (Number.isFinite(time)) this.#offset = time - (sentAt + receivedAt) / 2;
  }

  /** Learns from an HTTP answer, if it contradicts what is known. Of other origins a browser shows no `Date`. */
  learnFromDate(date: string | null, sentAt: number, receivedAt: number): void {
    const second = Date.parse(date ?? "");
    if (!Number.isFinite(second)) return;
    const earliest = second - receivedAt;
    const latest = second + DATE_PRECISION_MS - sentAt;
    if (this.#offset < earliest || this.#offset > latest) this.#offset = (earliest + latest) / 2;
  }

  /** An id for a message, a UUIDv7 (RFC 9562): the server looks for copies from its time on. */
  clientId(): string {
    return v7({ msecs: Math.max(0, Math.round(this.now())) });
  }
}
