/**
 * The messages of one conversation that are not in the log yet. They are sent one at a time, so that their order is
 * kept. Each is sent with the same id until it is in the log, so that none is lost or stored twice.
 */
import { Backoff, pause } from "./backoff.js";
import { Problem } from "./problem.js";
import type { Unsent } from "./session-store.js";
import type { Message } from "./types.js";

/** After this many consecutive server errors, a message fails and the user decides what to do. */
const MAX_FAILURES = 8;

/** A message that is being sent. A new object after every change. */
export interface Sending {
  readonly clientId: string;
  readonly content: string;
  readonly replyTo: number | null;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  /**
   * `sending`: in progress or queued. `waiting`: will be retried automatically. `failed`: will not be retried
   * automatically.
   */
  readonly state: "sending" | "waiting" | "failed";
  /** Why the message waits or failed. */
  readonly problem?: Problem;
  /** Retries as soon as the server allows. If the server rejected the message's id, the message gets a new one. */
  retry(): void;
  /** Drops the message. An attempt in progress may still succeed, in which case the message appears in the log. */
  discard(): void;
  /** Resolves with the stored message. Rejects if the message is discarded or the client is closed. */
  readonly done: Promise<Message>;
}

export interface OutboxOptions {
  /** Sends a message. `isDelivered` is true if the stream has already delivered its entry. */
  send: (unsent: Unsent) => Promise<{ message: Message; isDelivered: boolean }>;
  newId: () => string;
  /** Called when anything in `sending` changes. */
  onChange: () => void;
  /** Called with what to save of a message across reloads. It replaces what was saved under `previousId`. */
  onSave: (unsent: Unsent | undefined, previousId: string | undefined) => void;
}

interface Item {
  unsent: Unsent;
  view: Sending;
  /** The server has stored the message, but the stream has not delivered it yet. */
  isStored: boolean;
  /** Saved by an earlier visit or another page. The other page may also be sending it, so its id must not change. */
  isRestored: boolean;
  failures: number;
  backoff: Backoff;
  /**
   * Earliest times for the next attempt, in milliseconds of `performance.now()`: set by the server, and by the client's
   * own backoff.
   */
  allowedAt: number;
  plannedAt: number;
  resolve: (message: Message) => void;
  reject: (problem: Problem) => void;
}

export class Outbox {
  readonly #options: OutboxOptions;
  #items: Item[] = [];
  #sending: readonly Sending[] = [];
  #isRunning = false;
  #stopReason: Problem | undefined;
  #wake = new AbortController();

  constructor(options: OutboxOptions) {
    this.#options = options;
  }

  /** Oldest first. */
  get sending(): readonly Sending[] {
    return this.#sending;
  }

  /** Adds a message and sends it after those before it. */
  add(unsent: Unsent): Sending {
    const item = this.#item(unsent, false);
    this.#options.onSave(unsent, undefined);
    this.#enqueue(item);
    return item.view;
  }

  /** Adds a saved message of an earlier visit. A message that had failed waits for the user. */
  restore(unsent: Unsent): void {
    if (this.#items.some((item) => item.unsent.clientId === unsent.clientId)) return;
    this.#enqueue(this.#item(unsent, true));
  }

  /** The stream delivered the user's own message. This replaces a response that was lost. */
  confirm(message: Message): void {
    const item = this.#items.find(({ unsent }) => unsent.clientId === message.client_id);
    if (item === undefined) return;
    this.#remove(item);
    item.resolve(message);
  }

  /** The network is back: sends waiting messages now. */
  wake(): void {
    for (const item of this.#items) item.plannedAt = 0;
    this.#wake.abort();
    void this.#run();
  }

  /** Stops sending, for the given reason. Saved messages stay saved. */
  stop(problem: Problem): void {
    this.#stopReason = problem;
    this.#wake.abort();
    for (const item of this.#items) {
      item.reject(problem);
      this.#setState(item, "failed", problem);
    }
  }

  #item(unsent: Unsent, isRestored: boolean): Item {
    let resolve!: Item["resolve"];
    let reject!: Item["reject"];
    const done = new Promise<Message>((...settle) => ([resolve, reject] = settle));
    // A caller that ignores `done` must not cause an unhandled rejection.
    done.catch(() => undefined);
    const { clientId, content, replyTo, createdAt, hasFailed } = unsent;
    const view: Sending = {
      ...{ clientId, content, replyTo, createdAt, done },
      state: hasFailed ? "failed" : "sending",
      retry: () => this.#retry(item),
      discard: () => this.#discard(item),
    };
    const times = { failures: 0, backoff: new Backoff(), allowedAt: 0, plannedAt: 0 };
    const item: Item = { unsent, view, isStored: false, isRestored, ...times, resolve, reject };
    return item;
  }

  #enqueue(item: Item): void {
    this.#items.push(item);
    if (this.#stopReason === undefined) this.#changed();
    else {
      item.reject(this.#stopReason);
      this.#setState(item, "failed", this.#stopReason);
    }
    void this.#run();
  }

  async #run(): Promise<void> {
    if (this.#isRunning) return;
    this.#isRunning = true;
    while (this.#stopReason === undefined) {
      const item = this.#items.find(({ view, isStored }) => view.state !== "failed" && !isStored);
      if (item === undefined) break;
      const wait = Math.max(item.allowedAt, item.plannedAt) - performance.now();
      if (wait > 0) {
        this.#wake = new AbortController();
        await pause(wait, this.#wake.signal);
        continue;
      }
      this.#setState(item, "sending");
      try {
        const { message, isDelivered } = await this.#options.send(item.unsent);
        this.#stored(item, message, isDelivered);
      } catch (error) {
        this.#handleFailure(item, Problem.from(error));
      }
    }
    this.#isRunning = false;
  }

  /** The message stays visible until the stream delivers it, because a gap before it may still be open. */
  #stored(item: Item, message: Message, isDelivered: boolean): void {
    item.isStored = true;
    item.resolve(message);
    if (isDelivered) this.#remove(item);
    else if (this.#items.includes(item)) this.#options.onSave(undefined, item.unsent.clientId);
  }

  #handleFailure(item: Item, problem: Problem): void {
    if (this.#stopReason !== undefined || !this.#items.includes(item)) return;
    const isClockAhead = problem.code === "client_id_in_future" && !item.isRestored && item.failures === 0;
    if (isClockAhead) {
      // The response corrected the clock. The server stored nothing under the old id.
      item.failures += 1;
      return this.#assignNewId(item);
    }
    item.failures = problem.status >= 500 ? item.failures + 1 : 0;
    if (!problem.isTransient || item.failures >= MAX_FAILURES) return this.#fail(item, problem);
    const now = performance.now();
    item.allowedAt = now + (problem.retryAfter ?? 0) * 1000;
    item.plannedAt = now + item.backoff.next(problem.retryAfter);
    this.#setState(item, "waiting", problem);
  }

  #fail(item: Item, problem: Problem): void {
    item.unsent = { ...item.unsent, hasFailed: true };
    this.#options.onSave(item.unsent, item.unsent.clientId);
    this.#setState(item, "failed", problem);
  }

  /** Assigns a new id and replaces the saved message in one step. */
  #assignNewId(item: Item): void {
    const previousId = item.unsent.clientId;
    item.unsent = { ...item.unsent, clientId: this.#options.newId() };
    this.#options.onSave(item.unsent, previousId);
  }

  #retry(item: Item): void {
    if (!this.#items.includes(item) || item.view.state === "sending" || this.#stopReason !== undefined) return;
    const code = item.view.problem?.code;
    item.unsent = { ...item.unsent, hasFailed: false };
    if (code === "client_id_in_future" || code === "client_id_too_old") this.#assignNewId(item);
    else this.#options.onSave(item.unsent, item.unsent.clientId);
    item.failures = 0;
    item.backoff.reset();
    item.plannedAt = 0;
    this.#setState(item, "waiting");
    this.#wake.abort();
    void this.#run();
  }

  #discard(item: Item): void {
    if (!this.#items.includes(item)) return;
    this.#remove(item);
    item.reject(new Problem({ status: 0, code: "discarded", detail: "The message was discarded." }));
  }

  #remove(item: Item): void {
    if (!this.#items.includes(item)) return;
    this.#items = this.#items.filter((other) => other !== item);
    this.#options.onSave(undefined, item.unsent.clientId);
    this.#changed();
    // The queue may be waiting for the removed message.
    this.#wake.abort();
  }

  #setState(item: Item, state: Sending["state"], problem?: Problem): void {
    const { problem: _, ...rest } = item.view;
    item.view = { ...rest, clientId: item.unsent.clientId, state, ...(problem && { problem }) };
    this.#changed();
  }

  #changed(): void {
    this.#sending = this.#items.map(({ view }) => view);
    this.#options.onChange();
  }
}
