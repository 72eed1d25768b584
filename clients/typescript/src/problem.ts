/** Why something was not done: what the server refused (RFC 9457), or that nothing answered. */
import type { FieldError } from "./types.js";

export interface ProblemMembers {
  /** Of the answer; 0: there was none. */
  status: number;
  /** What to switch on: a code of the API; or of this client: `network`, `closed`, `discarded`, `client_error`. */
  code: string;
  /** For people. */
  detail: string;
  /** Of an invalid request: all its faults. */
  errors?: readonly FieldError[];
  /** Seconds to wait, at least. */
  retryAfter?: number | undefined;
  /** By which the server's logs know the request. */
  requestId?: string | undefined;
  cause?: unknown;
}

export class Problem extends Error {
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly errors: readonly FieldError[];
  readonly retryAfter: number | undefined;
  readonly requestId: string | undefined;

  constructor({ status, code, detail, errors = [], retryAfter, requestId, cause }: ProblemMembers) {
    super(`${detail} (${code})`, { cause });
    this.name = "Problem";
    this.status = status;
    this.code = code;
    this.detail = detail;
    this.errors = errors;
    this.retryAfter = retryAfter;
    this.requestId = requestId;
  }

  /** Whether the same request may succeed later: nothing answered, too much was asked, or the server failed. */
  get isTransient(): boolean {
    return this.code === "network" || this.status === 429 || this.status >= 500;
  }

  /** Whether the session is over. */
  get isSignedOut(): boolean {
    return this.code === "invalid_token" || this.code === "unauthenticated";
  }

  /** Nothing answered, or not in time. Whether the request was carried out is not known. */
  static network(detail = "EmoteChat does not answer.", cause?: unknown): Problem {
    return new Problem({ status: 0, code: "network", detail, cause });
  }

  /** The client was closed, or signed in as somebody else. */
  static closed(): Problem {
    return new Problem({ status: 0, code: "closed", detail: "The client was closed." });
  }

  /** Of an answer that refuses. The gateway's own have another form, and no code. */
  static fromResponse(response: Response, body: unknown): Problem {
    const members = (typeof body === "object" && body !== null ? body : {}) as Record<string, unknown>;
    const text = (name: string) => (typeof members[name] === "string" ? members[name] : undefined);
    const retryAfter = Number(response.headers.get("retry-after") ?? NaN);
    return new Problem({
      status: response.status,
      code: text("code") ?? defaultCode(response.status),
      detail: text("detail") ?? text("title") ?? text("message") ?? `EmoteChat answered ${response.status}.`,
      errors: Array.isArray(members.errors) ? (members.errors as FieldError[]) : [],
      retryAfter: Number.isFinite(retryAfter) ? retryAfter : undefined,
      requestId: text("request_id") ?? response.headers.get("x-request-id") ?? undefined,
    });
  }

  /** Anything error, as a problem. What is none was not foreseen, and trying again is no help. */
  static from(error: unknown): Problem {
    if (error instanceof Problem) return error;
    return new Problem({ status: 0, code: "client_error", detail: String(error), cause: error });
  }
}

function defaultCode(status: number): string {
  switch (status) {
    case 401:
      return "unauthenticated";
    case 404:
      return "not_found";
    case 429:
      return "too_many_requests";
    default:
      return status >= 500 ? "unavailable" : "refused";
  }
}
