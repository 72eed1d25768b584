/** Why a request failed: an error response (RFC 9457) or no response at all. */
import type { FieldError } from "./types.js";

export interface ProblemMembers {
  /** HTTP status of the response. 0 without a response. */
  status: number;
  /**
   * The code to switch on: one of the API's codes, or the client's own `network`, `closed`, `discarded` or
   * `client_error`.
   */
  code: string;
  /** Text to show to users. */
  detail: string;
  /** All invalid fields of a rejected request. */
  errors?: readonly FieldError[];
  /** Minimum time in seconds before a retry. */
  retryAfter?: number | undefined;
  /** Identifies the request in the server's logs. */
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

  /** Whether the same request may succeed later: there was no response, a limit was reached or the server failed. */
  get isTransient(): boolean {
    return this.code === "network" || this.status === 429 || this.status >= 500;
  }

  /** Whether the session has ended. */
  get isSignedOut(): boolean {
    return this.code === "invalid_token" || this.code === "unauthenticated";
  }

  /** No response, or not in time. The server may or may not have processed the request. */
  static network(detail = "Can't reach the server.", cause?: unknown): Problem {
    return new Problem({ status: 0, code: "network", detail, cause });
  }

  /** The client was closed, or another user signed in. */
  static closed(): Problem {
    return new Problem({ status: 0, code: "closed", detail: "The client was closed." });
  }

  /** Creates a problem from an error response. The gateway's own errors have a different form and no code. */
  static fromResponse(response: Response, body: unknown): Problem {
    const members = (typeof body === "object" && body !== null ? body : {}) as Record<string, unknown>;
    const text = (name: string) => (typeof members[name] === "string" ? members[name] : undefined);
    const retryAfter = Number(response.headers.get("retry-after") ?? NaN);
    return new Problem({
      status: response.status,
      code: text("code") ?? defaultCode(response.status),
      detail:
        text("detail") ?? text("title") ?? text("message") ?? `The server responded with status ${response.status}.`,
      errors: Array.isArray(members.errors) ? (members.errors as FieldError[]) : [],
      retryAfter: Number.isFinite(retryAfter) ? retryAfter : undefined,
      requestId: text("request_id") ?? response.headers.get("x-request-id") ?? undefined,
    });
  }

  /** Turns anything thrown into a problem. Unexpected errors are not transient, because a retry would not help. */
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
