/**
 * Keeps a socket open: gets a ticket for each, says hello, beats, opens the next one before the gateway closes this one, and comes
 * back after every loss, with jittered backoff.
 */
import type { Api } from "./api.js";
import { Backoff, pause } from "./backoff.js";
import type { ServerClock } from "./clock.js";
import { Problem } from "./problem.js";
import { Socket, type WebSocketConstructor } from "./socket.js";
import type { Actions, Hello, ServerEvent } from "./types.js";

/** Of the live connection. `retryAt` is in milliseconds since the epoch; `problem`, why there is no socket, if one was refused. */
export type Status =
  | { state: "closed" }
  | { state: "connecting" }
  | { state: "online" }
  | { state: "waiting"; retryAt: number; problem?: Problem }
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
/** The life of a socket, and how often to beat, where the server does not say. */
const LIFE_MS = 7_200_000;
const HEARTBEAT_SECONDS = 300;
const SHORTEST_HEARTBEAT_SECONDS = 1;

export interface ConnectionOptions {
  api: Api;
  clock: ServerClock;
  WebSocket: WebSocketConstructor;
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
    this.#live = undefined;
    this.#wake.abort();
    this.#become({ state: "closed" });
  }

  /** Tries now what would be tried later, and makes sure that an open socket is alive. */
  nudge(): void {
    const live = this.#live;
    if (live === undefined) return this.#wake.abort();
    // A socket that does not answer in time closes itself.
    live.socket.request("ping", {}, PROBE_MS).catch(() => undefined);
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
        if (signal.aborted) return;
        if (problem.isSignedOut) return this.#options.onSignedOut();
        await this.#wait(problem);
      }
      while (live !== undefined && !signal.aborted) live = await this.#use(live);
    }
  }

  /** A ticket, a socket, and the first frame. */
  async #open(): Promise<Live> {
    const { api, clock, WebSocket, url, onEvent } = this.#options;
    const { signal } = this.#stopped;
    const ticket = await api.createTicket();
    const hear = (event: ServerEvent) => {
      if (!signal.aborted) onEvent(event);
    };
    const socket = await Socket.open(WebSocket, url ?? ticket.url, ticket.ticket, hear, signal);
    const askedAt = Date.now();
    try {
      const hello = await socket.request("hello", {});
      clock.learn(hello.server_time, askedAt, Date.now());
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
    const seconds = Math.max(SHORTEST_HEARTBEAT_SECONDS, hello.heartbeat_seconds || HEARTBEAT_SECONDS);
    let isNew = true;
    while (!signal.aborted) {
      try {
        await this.#options.onBeat(socket, hello, isNew);
        isNew = false;
        backoff.reset();
        await pause(seconds * 1000 * (0.9 + Math.random() / 10), signal);
      } catch (thrown) {
        if (backoff.failures === BEATS_MISSED) return socket.close();
        await backoff.wait(Problem.from(thrown).retryAfter, signal);
      }
    }
  }

  /** The next socket, opened in the last part of this one's life; `undefined` when this one is lost before. */
  async #renewed({ hello }: Live, signal: AbortSignal): Promise<Live | undefined> {
    const life = Date.parse(hello.expires_at) - Date.parse(hello.server_time) || LIFE_MS;
    const share = RENEW.from + Math.random() * (RENEW.to - RENEW.from);
    await pause(Math.max(life * share, SHORTEST_LIFE_MS), signal);
    const backoff = new Backoff();
    while (!signal.aborted) {
      try {
        const opening = this.#open();
        await Promise.race([opening, aborted(signal)]);
        if (!signal.aborted) return await opening;
        // Too late: with the old one lost, one begins as after any loss.
        opening.then(({ socket }) => socket.close()).catch(() => undefined);
      } catch (thrown) {
        const problem = Problem.from(thrown);
        if (problem.isSignedOut) return undefined;
        await backoff.wait(problem.retryAfter, signal);
      }
    }
    return undefined;
  }

  async #wait(problem: Problem | undefined): Promise<void> {
    const ms = this.#backoff.next(problem?.retryAfter);
    const isOffline = globalThis.navigator?.onLine === false;
    this.#wake = new AbortController();
    const retryAt = Date.now() + ms;
    this.#become(isOffline ? { state: "offline" } : { state: "waiting", retryAt, ...(problem && { problem }) });
    if (!this.#stopped.signal.aborted) await pause(ms, this.#wake.signal);
  }

  #become(status: Status): void {
    if (this.#stopped.signal.aborted && status.state !== "closed") return;
    this.#status = status;
    this.#options.onStatus(status);
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
