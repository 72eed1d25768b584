/**
 * The messages of one conversation that are not in its log yet: sent one after the other, so that their order holds, and again with
 * the same id until the log has them, so that none is lost and none is there twice.
 */
import { Backoff, pause } from "./backoff.js";
import { Problem } from "./problem.js";
import type { Unsent } from "./session-store.js";
import type { Message } from "./types.js";

/** The server fails so often in a row, and a message is left to the person who wrote it. */
const MAX_FAILURES = 8;

/** A message on its way. Another object when it changes. */
export interface Sending {
  readonly clientId: string;
  readonly content: string;
  readonly replyTo: number | null;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  /** `sending`: being sent, or in line behind one that is; `waiting`: tries again by itself; `failed`: does not. */
  readonly state: "sending" | "waiting" | "failed";
  /** Why it waits or failed. */
  readonly problem?: Problem;
  /** Tries again, as soon as the server allows. What was refused for its id gets another one. */
  retry(): void;
  /** Gives it up. A try that is under way may still succeed, and is shown then. */
  discard(): void;
  /** The message as it is stored; rejected when it is discarded, or when the client is closed. */
  readonly done: Promise<Message>;
}

export interface OutboxOptions {
  /** Sends one; and says whether the stream has handed on its entry by then. */
  send: (unsent: Unsent) => Promise<{ message: Message; isDelivered: boolean }>;
  newId: () => string;
  /** Is told when anything of `sending` changed. */
  onChange: () => void;
  /** Is told what has to be kept of a message over a reload: instead of what was kept under `before`. */
  onSave: (unsent: Unsent | undefined, before: string | undefined) => void;
}

interface Item {
  unsent: Unsent;
  view: Sending;
  /** The server has it, and the stream not yet. */
  isStored: boolean;
  /** Kept by an earlier visit or another page, which may be sending it as well: its id must stay. */
  isRestored: boolean;
  failures: number;
  backoff: Backoff;
  /** Not before; in milliseconds of `performance.now()`. The one is the server's word, the other our own. */
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

  /** The oldest first. */
  get sending(): readonly Sending[] {
    return this.#sending;
  }

  /** Adds a message, and sends it when those before it are sent. */
  add(unsent: Unsent): Sending {
    const item = this.#item(unsent, false);
    this.#options.onSave(unsent, undefined);
    this.#enqueue(item);
    return item.view;
  }

  /** Adds what an earlier visit kept; what had failed waits for the person who wrote it. */
  restore(unsent: Unsent): void {
    if (this.#items.some((item) => item.unsent.clientId === unsent.clientId)) return;
    this.#enqueue(this.#item(unsent, true));
  }

  /** A message of oneself was handed on by the stream. If its answer was lost, this is its answer. */
  confirm(message: Message): void {
    const item = this.#items.find(({ unsent }) => unsent.clientId === message.client_id);
    if (item === undefined) return;
    this.#remove(item);
    item.resolve(message);
  }

  /** The network is back: those that wait for it need not. */
  wake(): void {
    for (const item of this.#items) item.plannedAt = 0;
    this.#wake.abort();
    void this.#run();
  }

  /** Nothing is sent any more, for this reason. What is kept of it stays kept. */
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
    // Who does not ask is not bothered.
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

  /** It stays in sight until the stream has it: a gap before it may not be closed yet. */
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
      // The answer told the time; nothing was stored under the first id.
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

  /** Gives it another id, which is kept in place of the first in one step. */
  #assignNewId(item: Item): void {
    const before = item.unsent.clientId;
    item.unsent = { ...item.unsent, clientId: this.#options.newId() };
    this.#options.onSave(item.unsent, before);
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
    // It may be the one that is waited for.
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
