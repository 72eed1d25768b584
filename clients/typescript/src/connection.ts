/**
 * Keeps a socket open. Gets a ticket for each socket, sends `hello` and heartbeats, and opens the next socket before
 * the gateway closes the current one. Reconnects after every loss, with jittered backoff.
 */
import type { Api } from "./api.js";
import { Backoff, pause } from "./backoff.js";
import type { ServerClock } from "./clock.js";
import { Problem } from "./problem.js";
import { Socket, type WebSocketConstructor } from "./socket.js";
import type { Actions, Hello, ServerEvent } from "./types.js";

/**
 * State of the live connection. `retryAt` is in milliseconds since the epoch. `problem` says why the last attempt was
 * rejected.
 */
export type Status =
  | { state: "closed" }
  | { state: "connecting" }
  | { state: "online" }
  | { state: "waiting"; retryAt: number; problem?: Problem }
  | { state: "offline" };

/** After a socket has lived this long, its loss resets the backoff. */
const STABLE_MS = 10_000;
/** How long a socket may take to answer the ping that checks it. */
const PROBE_TIMEOUT_MS = 5_000;
/**
 * When to open the next socket, as a fraction of the lifetime. The range spreads clients out, so that they do not
 * reconnect together.
 */
const RENEW_AT = { from: 0.85, to: 0.97 };
/** A socket ends with its session, so its lifetime can be very short. Opens at most one socket per second. */
const MIN_LIFETIME_MS = 1000;
/** After this many consecutive failures to catch up, the client closes the socket. */
const MAX_SYNC_FAILURES = 3;
/** Lifetime and heartbeat interval, if the server does not specify them. */
const DEFAULT_LIFETIME_MS = 7_200_000;
const DEFAULT_HEARTBEAT_SECONDS = 300;
const MIN_HEARTBEAT_SECONDS = 1;

export interface ConnectionOptions {
  api: Api;
  clock: ServerClock;
  WebSocket: WebSocketConstructor;
  /** Address of the socket, if it differs from the one in the ticket. */
  url: string | undefined;
  onEvent: (event: ServerEvent) => void;
  onStatus: (status: Status) => void;
  /** Called when the session has ended. The connection stops retrying. */
  onSignedOut: () => void;
  /** Catches up with the server, on each new socket and at each heartbeat. */
  onHeartbeat: (socket: Socket, hello: Hello, isNew: boolean) => Promise<void>;
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

  /** Starts connecting. Call it once. */
  start(): void {
    void this.#run();
  }

  /** Stops for good. */
  stop(): void {
    this.#stopped.abort();
    this.#live = undefined;
    this.#wake.abort();
    this.#setStatus({ state: "closed" });
  }

  /** Retries now instead of later. If a socket is open, checks that it still responds. */
  nudge(): void {
    const live = this.#live;
    if (live === undefined) return this.#wake.abort();
    // A socket that does not answer in time closes itself.
    live.socket.request("ping", {}, PROBE_TIMEOUT_MS).catch(() => undefined);
  }

  /** Sends a request on the socket, if one is open. */
  request<Action extends keyof Actions>(
    action: Action,
    members: Actions[Action]["members"],
  ): Promise<Actions[Action]["data"]> {
    return this.#live?.socket.request(action, members) ?? Promise.reject(Problem.network("Not connected."));
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopped;
    while (!signal.aborted) {
      this.#setStatus({ state: "connecting" });
      let live: Live | undefined;
      try {
        live = await this.#open();
      } catch (error) {
        const problem = Problem.from(error);
        if (signal.aborted) return;
        if (problem.isSignedOut) return this.#options.onSignedOut();
        await this.#wait(problem);
      }
      while (live !== undefined && !signal.aborted) live = await this.#runSocket(live);
    }
  }

  /** Gets a ticket, opens a socket and sends `hello`. */
  async #open(): Promise<Live> {
    const { api, clock, WebSocket, url, onEvent } = this.#options;
    const { signal } = this.#stopped;
    const ticket = await api.createTicket();
    const handle = (event: ServerEvent) => {
      if (!signal.aborted) onEvent(event);
    };
    const socket = await Socket.open(WebSocket, url ?? ticket.url, ticket.ticket, handle, signal);
    const sentAt = Date.now();
    try {
      const hello = await socket.request("hello", {});
      clock.learn(hello.server_time, sentAt, Date.now());
      return { socket, hello, openedAt: Date.now() };
    } catch (error) {
      socket.close();
      throw error;
    }
  }

  /** Uses a socket until it is lost or replaced. Returns the replacement, if any. */
  async #runSocket(live: Live): Promise<Live | undefined> {
    this.#live = live;
    this.#setStatus({ state: "online" });
    const ended = new AbortController();
    void live.socket.closed.then(() => ended.abort());
    void this.#runHeartbeat(live, ended.signal);
    const next = await this.#openNext(live, ended.signal);
    ended.abort();
    if (next !== undefined) {
      live.socket.retire();
      return next;
    }
    live.socket.close();
    this.#live = undefined;
    if (this.#stopped.signal.aborted) return undefined;
    if (Date.now() - live.openedAt >= STABLE_MS) this.#backoff.reset();
    await this.#wait(undefined);
    return undefined;
  }

  /** Catches up immediately and then at every heartbeat, because a lost push may have been the last one. */
  async #runHeartbeat({ socket, hello }: Live, signal: AbortSignal): Promise<void> {
    const backoff = new Backoff();
    const seconds = Math.max(MIN_HEARTBEAT_SECONDS, hello.heartbeat_seconds || DEFAULT_HEARTBEAT_SECONDS);
    let isNew = true;
    while (!signal.aborted) {
      try {
        await this.#options.onHeartbeat(socket, hello, isNew);
        isNew = false;
        backoff.reset();
        await pause(seconds * 1000 * (0.9 + Math.random() / 10), signal);
      } catch (error) {
        if (backoff.failures === MAX_SYNC_FAILURES) return socket.close();
        await backoff.wait(Problem.from(error).retryAfter, signal);
      }
    }
  }

  /** Opens the next socket shortly before the current one expires. Returns `undefined` if the current one is lost first. */
  async #openNext({ hello }: Live, signal: AbortSignal): Promise<Live | undefined> {
    const lifetime = Date.parse(hello.expires_at) - Date.parse(hello.server_time) || DEFAULT_LIFETIME_MS;
    const share = RENEW_AT.from + Math.random() * (RENEW_AT.to - RENEW_AT.from);
    await pause(Math.max(lifetime * share, MIN_LIFETIME_MS), signal);
    const backoff = new Backoff();
    while (!signal.aborted) {
      try {
        const opening = this.#open();
        await Promise.race([opening, aborted(signal)]);
        if (!signal.aborted) return await opening;
        // The current socket was lost first, so the client reconnects as after any other loss.
        opening.then(({ socket }) => socket.close()).catch(() => undefined);
      } catch (error) {
        const problem = Problem.from(error);
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
    this.#setStatus(isOffline ? { state: "offline" } : { state: "waiting", retryAt, ...(problem && { problem }) });
    if (!this.#stopped.signal.aborted) await pause(ms, this.#wake.signal);
  }

  #setStatus(status: Status): void {
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
