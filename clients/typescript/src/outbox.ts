/**
 * The messages of one conversation that are not in its log yet: sent one after the other, so that their order holds, and again with
 * the same id until the log has them, so that none is lost and none is there twice.
 */
import { Backoff, pause } from "./backoff.js";
import { Problem } from "./problem.js";
import type { Message } from "./types.js";

/** The server fails so often in a row, and a message is left to the person who wrote it. */
const TRIES = 8;

/** A message on its way. Another object when it changes. */
export interface Sending {
  readonly clientId: string;
  readonly content: string;
  readonly replyTo: number | null;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  /** `waiting` tries again by itself, `failed` does not. */
  readonly state: "sending" | "waiting" | "failed";
  /** Why it waits or failed. */
  readonly problem?: Problem;
  /** Tries again, now. */
  retry(): void;
  /** Gives it up. A try that is under way may still succeed, and is shown then. */
  discard(): void;
  /** The message as it is stored; rejected when it is discarded. */
  readonly done: Promise<Message>;
}

/** What is kept of an unsent message over a reload. */
export interface Unsent {
  clientId: string;
  content: string;
  replyTo: number | null;
  createdAt: number;
}

export interface OutboxOptions {
  send: (unsent: Unsent) => Promise<Message>;
  /** Another id, where the first was made by a wrong clock. */
  newId: () => string;
  /** Is told when anything of `sending` changed. */
  onChange: () => void;
}

interface Item {
  unsent: Unsent;
  view: Sending;
  backoff: Backoff;
  hasNewId: boolean;
  resolve: (message: Message) => void;
  reject: (problem: Problem) => void;
}

export class Outbox {
  readonly #options: OutboxOptions;
  #items: Item[] = [];
  #sending: readonly Sending[] = [];
  #isRunning = false;
  #failure: Problem | undefined;
  #wake = new AbortController();

  constructor(options: OutboxOptions) {
    this.#options = options;
  }

  /** The oldest first. */
  get sending(): readonly Sending[] {
    return this.#sending;
  }

  get unsent(): Unsent[] {
    return this.#items.map(({ unsent }) => unsent);
  }

  /** Adds a message, and sends it when those before it are sent. */
  add(unsent: Unsent): Sending {
    let resolve!: Item["resolve"];
    let reject!: Item["reject"];
    const done = new Promise<Message>((...both) => ([resolve, reject] = both));
    // Who does not ask is not bothered.
    done.catch(() => undefined);
    const view: Sending = {
      ...unsent,
      state: "sending",
      done,
      retry: () => this.#retry(item),
      discard: () => this.#discard(item),
    };
    const item: Item = { unsent, view, backoff: new Backoff(), hasNewId: false, resolve, reject };
    this.#items.push(item);
    if (this.#failure === undefined) this.#changed();
    else this.#become(item, "failed", this.#failure);
    void this.#run();
    return item.view;
  }

  /** A message of oneself is in the log: if its answer was lost, this is its answer. */
  isStored(message: Message): void {
    const item = this.#items.find(({ unsent }) => unsent.clientId === message.client_id);
    if (item === undefined) return;
    this.#finish(item, message);
    this.wake();
  }

  /** The network is back: those that wait for it need not. */
  wake(): void {
    this.#wake.abort();
    void this.#run();
  }

  /** Nothing is sent any more, for this reason; what is unsent stays as it is. */
  stop(problem: Problem): void {
    this.#failure = problem;
    this.#wake.abort();
  }

  /** The conversation is gone: nothing of it can ever be sent. */
  fail(problem: Problem): void {
    this.stop(problem);
    for (const item of this.#items) this.#become(item, "failed", problem);
  }

  async #run(): Promise<void> {
    if (this.#isRunning) return;
    this.#isRunning = true;
    for (;;) {
      const item = this.#items.find(({ view }) => view.state !== "failed");
      if (item === undefined || this.#failure !== undefined) break;
      this.#become(item, "sending");
      try {
        this.#finish(item, await this.#options.send(item.unsent));
      } catch (thrown) {
        await this.#refused(item, Problem.from(thrown));
      }
    }
    this.#isRunning = false;
  }

  async #refused(item: Item, problem: Problem): Promise<void> {
    if (!this.#items.includes(item)) return;
    if (problem.code === "client_id_in_future" && !item.hasNewId) {
      // The answer told the time; nothing was stored under the first id.
      item.unsent = { ...item.unsent, clientId: this.#options.newId() };
      item.hasNewId = true;
      return;
    }
    const isLast = problem.status >= 500 && item.backoff.failures >= TRIES;
    if (problem.isSignedOut) {
      this.stop(problem);
      return this.#become(item, "waiting", problem);
    }
    if (!problem.isTransient || isLast) return this.#become(item, "failed", problem);
    this.#wake = new AbortController();
    this.#become(item, "waiting", problem);
    await pause(item.backoff.next(problem.retryAfter), this.#wake.signal);
  }

  #retry(item: Item): void {
    if (!this.#items.includes(item) || item.view.state === "sending") return;
    item.backoff.reset();
    this.#become(item, "waiting");
    this.wake();
  }

  #discard(item: Item): void {
    if (!this.#items.includes(item)) return;
    this.#items = this.#items.filter((other) => other !== item);
    item.reject(new Problem({ status: 0, code: "discarded", detail: "The message was discarded." }));
    this.#changed();
    this.wake();
  }

  #finish(item: Item, message: Message): void {
    if (this.#items.includes(item)) {
      this.#items = this.#items.filter((other) => other !== item);
      this.#changed();
    }
    item.resolve(message);
  }

  #become(item: Item, state: Sending["state"], problem?: Problem): void {
    const { problem: _, ...rest } = item.view;
    item.view = { ...rest, ...item.unsent, state, ...(problem && { problem }) };
    this.#changed();
  }

  #changed(): void {
    this.#sending = this.#items.map(({ view }) => view);
    this.#options.onChange();
  }
}
