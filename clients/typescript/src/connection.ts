/**
 * Keeps a socket open: gets a ticket for each, says hello, beats, opens the next one before the gateway closes this one, and comes
 * back after every loss, with jittered backoff.
 */
import type { Api } from "./api.js";
import { Backoff, pause } from "./backoff.js";
import type { ServerClock } from "./clock.js";
import { Problem } from "./problem.js";
import { Socket } from "./socket.js";
import type { Actions, Hello, ServerEvent } from "./types.js";

/** Of the live connection. `retryAt` is in milliseconds since the epoch. */
export type Status =
  | { state: "closed" }
  | { state: "connecting" }
  | { state: "online" }
  | { state: "waiting"; retryAt: number }
  | { state: "offline" };

/** A socket that lived for so long was a good one: the next loss starts counting anew. */
const STEADY_MS = 10_000;
/** A socket that is doubted has so long to answer. */
const PROBE_MS = 5_000;
/** Of its life, where the next one is opened: anywhere between these, so that clients do not come together. */
const RENEW = { from: 0.85, to: 0.97 };
/** Where a session is about to end, so is each socket: no more than one a second is worth it. */
const SHORTEST_LIFE_MS = 1000;
/** A socket on which catching up fails so often in a row is given up. */
const BEATS_MISSED = 3;
/** The longest delay that timers take. */
const LONGEST_MS = 2 ** 31 - 1;

export interface ConnectionOptions {
  api: Api;
  clock: ServerClock;
  constructor: typeof WebSocket;
  /** Where the socket is, if not where its tickets say. */
  url: string | undefined;
  onEvent: (event: ServerEvent) => void;
  onStatus: (status: Status) => void;
  /** Is told when the session is over, after which there is nothing to try. */
  onSignedOut: () => void;
  /** Catches up, on a new socket and at each beat. */
  onBeat: (socket: Socket, hello: Hello, isNew: boolean) => Promise<void>;
}

interface Live {
  socket: Socket;
  hello: Hello;
  openedAt: number;
}

export class Connection {
  readonly #options: ConnectionOptions;
  readonly #stopped = new AbortController();
  readonly #backoff = new Backoff();
  #status: Status = { state: "closed" };
  #live: Live | undefined;
  #wake = new AbortController();

  constructor(options: ConnectionOptions) {
    this.#options = options;
  }

  get status(): Status {
    return this.#status;
  }

  /** Begins; once. */
  start(): void {
    void this.#run();
  }

  /** Ends for good. */
  stop(): void {
    this.#stopped.abort();
    this.#live?.socket.close();
    this.#live = undefined;
    this.#wake.abort();
    this.#become({ state: "closed" });
  }

  /** Tries now what would be tried later, and makes sure that an open socket is alive. */
  nudge(): void {
    const live = this.#live;
    if (live === undefined) return this.#wake.abort();
    live.socket.request("ping", {}, PROBE_MS).catch(() => live.socket.close());
  }

  /** Asks on the socket, if there is one. */
  request<Action extends keyof Actions>(
    action: Action,
    members: Actions[Action]["members"],
  ): Promise<Actions[Action]["data"]> {
    return this.#live?.socket.request(action, members) ?? Promise.reject(Problem.network("There is no socket."));
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopped;
    while (!signal.aborted) {
      this.#become({ state: "connecting" });
      let live: Live | undefined;
      try {
        live = await this.#open();
      } catch (thrown) {
        const problem = Problem.from(thrown);
        if (problem.isSignedOut) return this.#options.onSignedOut();
        await this.#wait(problem);
      }
      while (live !== undefined && !signal.aborted) live = await this.#use(live);
    }
  }

  /** A ticket, a socket, and the first frame. */
  async #open(): Promise<Live> {
    const { api, clock, constructor, url, onEvent } = this.#options;
    const ticket = await api.createTicket();
    const socket = await Socket.open(constructor, url ?? ticket.url, ticket.ticket, onEvent);
    const askedAt = Date.now();
    try {
      const hello = await socket.request("hello", {});
      clock.learn(hello.server_time, askedAt, Date.now());
      if (this.#stopped.signal.aborted) socket.close();
      return { socket, hello, openedAt: Date.now() };
    } catch (thrown) {
      socket.close();
      throw thrown;
    }
  }

  /** Uses a socket until it is lost, or until there is a newer one, which it gives. */
  async #use(live: Live): Promise<Live | undefined> {
    this.#live = live;
    this.#become({ state: "online" });
    const over = new AbortController();
    void live.socket.closed.then(() => over.abort());
    void this.#beat(live, over.signal);
    const next = await this.#renewed(live, over.signal);
    over.abort();
    if (next !== undefined) {
      live.socket.retire();
      return next;
    }
    live.socket.close();
    this.#live = undefined;
    if (this.#stopped.signal.aborted) return undefined;
    if (Date.now() - live.openedAt >= STEADY_MS) this.#backoff.reset();
    await this.#wait(undefined);
    return undefined;
  }

  /** Catches up at once, and then at every beat: the push that was lost may have been the last one. */
  async #beat({ socket, hello }: Live, signal: AbortSignal): Promise<void> {
    const backoff = new Backoff();
    let isNew = true;
    while (!signal.aborted) {
      try {
        await this.#options.onBeat(socket, hello, isNew);
        isNew = false;
        backoff.reset();
        await pause(hello.heartbeat_seconds * 1000 * (0.9 + Math.random() / 10), signal);
      } catch (thrown) {
        if (backoff.failures === BEATS_MISSED) return socket.close();
        await pause(backoff.next(Problem.from(thrown).retryAfter), signal);
      }
    }
  }

  /** The next socket, opened in the last part of this one's life; `undefined` when this one is lost before. */
  async #renewed({ hello }: Live, signal: AbortSignal): Promise<Live | undefined> {
    const life = Date.parse(hello.expires_at) - Date.parse(hello.server_time);
    const share = RENEW.from + Math.random() * (RENEW.to - RENEW.from);
    await pause(Math.min(Math.max(life * share, SHORTEST_LIFE_MS), LONGEST_MS), signal);
    const backoff = new Backoff();
    while (!signal.aborted) {
      try {
        return await this.#open();
      } catch (thrown) {
        const problem = Problem.from(thrown);
        if (problem.isSignedOut) return undefined;
        await pause(backoff.next(problem.retryAfter), signal);
      }
    }
    return undefined;
  }

  async #wait(problem: Problem | undefined): Promise<void> {
    const ms = this.#backoff.next(problem?.retryAfter);
    const isOffline = globalThis.navigator?.onLine === false;
    this.#wake = new AbortController();
    this.#become(isOffline ? { state: "offline" } : { state: "waiting", retryAt: Date.now() + ms });
    if (!this.#stopped.signal.aborted) await pause(ms, this.#wake.signal);
  }

  #become(status: Status): void {
    if (this.#stopped.signal.aborted && status.state !== "closed") return;
    this.#status = status;
    this.#options.onStatus(status);
  }
}
