/** One WebSocket: requests and their replies, events and closing. `Connection` keeps one open. */
import { Problem } from "./problem.js";
import type { Actions, ServerEvent } from "./types.js";

/** The gateway times out after 29 s. The client gives up earlier and treats the socket as dead. */
export const REPLY_TIMEOUT_MS = 15_000;
const OPEN_TIMEOUT_MS = 15_000;

/** The part of the WebSocket interface that the client uses. Browsers and the package `ws` implement it. */
export interface WebSocketLike {
  readonly readyState: number;
  onopen: ((event: never) => void) | null;
  onmessage: ((event: never) => void) | null;
  onclose: ((event: never) => void) | null;
  onerror: ((event: never) => void) | null;
  send(data: string): void;
  close(): void;
}

export type WebSocketConstructor = new (url: string, protocols: string[]) => WebSocketLike;

interface Pending {
  resolve: (data: never) => void;
  reject: (problem: Problem) => void;
  timer: ReturnType<typeof setTimeout>;
}

interface Frame {
  type?: string;
  id?: string | null;
  data?: unknown;
  status?: number;
  code?: string;
  detail?: string;
  retry_after?: number;
}

export class Socket {
  /** Settles when the socket is closed. */
  readonly closed: Promise<void>;
  readonly #socket: WebSocketLike;
  readonly #pending = new Map<string, Pending>();
  readonly #onEvent: (event: ServerEvent) => void;
  #resolveClosed!: () => void;
  #requests = 0;
  #isRetiring = false;

  private constructor(socket: WebSocketLike, onEvent: (event: ServerEvent) => void) {
    this.#socket = socket;
    this.#onEvent = onEvent;
    this.closed = new Promise((resolve) => (this.#resolveClosed = resolve));
    socket.onmessage = ({ data }: { data: unknown }) => this.#handle(String(data));
    socket.onclose = () => this.#finish();
    socket.onerror = () => this.close();
  }

  /**
   * Opens a socket with a ticket, which is sent as a subprotocol: browsers cannot set headers, and URLs are logged.
   * Aborting the signal closes the socket at any time.
   */
  static async open(
    WebSocket: WebSocketConstructor,
    url: string,
    ticket: string,
    onEvent: (event: ServerEvent) => void,
    signal: AbortSignal,
  ): Promise<Socket> {
    const opening = new WebSocket(url, ["emotechat.v1", `ticket.${ticket}`]);
    const socket = new Socket(opening, onEvent);
    const stop = () => socket.close();
    signal.addEventListener("abort", stop);
    void socket.closed.then(() => signal.removeEventListener("abort", stop));
    if (signal.aborted) stop();
    const timer = setTimeout(() => socket.close(), OPEN_TIMEOUT_MS);
    const opened = new Promise<boolean>((resolve) => (opening.onopen = () => resolve(true)));
    const isOpen = await Promise.race([opened, socket.closed.then(() => false)]);
    clearTimeout(timer);
    if (!isOpen) throw Problem.network("Couldn't open the socket.");
    return socket;
  }

  get isOpen(): boolean {
    return this.#socket.readyState === 1;
  }

  /** Sends a request and returns the data of the reply. A socket that does not reply in time is closed. */
  request<Action extends keyof Actions>(
    action: Action,
    members: Actions[Action]["members"],
    timeoutMs = REPLY_TIMEOUT_MS,
  ): Promise<Actions[Action]["data"]> {
    if (!this.isOpen) return Promise.reject(Problem.network("The socket is closed."));
    this.#requests += 1;
    const id = String(this.#requests);
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => this.close(), timeoutMs);
      this.#pending.set(id, { resolve, reject, timer });
      this.#socket.send(JSON.stringify({ action, id, ...members }));
    });
  }

  /** Closes the socket immediately on this side. The peer may be gone and never confirm. */
  close(): void {
    this.#socket.close();
    this.#finish();
  }

  /** Closes the socket after all pending requests are answered. */
  retire(): void {
    this.#isRetiring = true;
    if (this.#pending.size === 0) this.close();
  }

  #handle(text: string): void {
    const frame = parse(text);
    if (frame === undefined) return;
    if (frame.type === "event") {
      this.#onEvent(frame as unknown as ServerEvent);
    } else if (frame.type === "reply") {
      this.#take(frame.id)?.resolve(frame.data as never);
    } else if (frame.type === "error") {
      this.#take(frame.id)?.reject(
        new Problem({
          status: frame.status ?? 500,
          code: frame.code ?? "internal",
          detail: frame.detail ?? "The server rejected the request.",
          retryAfter: frame.retry_after,
        }),
      );
    } else if (frame.type === undefined && this.#pending.size === 1) {
      // The gateway's own errors name no request. With several pending requests, each one times out by itself.
      const [id] = this.#pending.keys();
      this.#take(id)?.reject(new Problem({ status: 500, code: "internal", detail: "The request failed." }));
    }
  }

  #take(id: string | null | undefined): Pending | undefined {
    const pending = this.#pending.get(id ?? "");
    if (pending !== undefined) {
      this.#pending.delete(id ?? "");
      clearTimeout(pending.timer);
      if (this.#isRetiring && this.#pending.size === 0) queueMicrotask(() => this.close());
    }
    return pending;
  }

  #finish(): void {
    for (const id of [...this.#pending.keys()]) this.#take(id)?.reject(Problem.network("The socket was closed."));
    this.#socket.onmessage = null;
    this.#resolveClosed();
  }
}

/** Unreadable frames are ignored. */
function parse(text: string): Frame | undefined {
  try {
    const frame: unknown = JSON.parse(text);
    return typeof frame === "object" && frame !== null ? frame : undefined;
  } catch {
    return undefined;
  }
}
