/**
 * The HTTP part of the proxy. Forwards requests to the stack and responses to the client, unless a fault applies.
 * Replaces the address in a ticket with the proxy's own, so that sockets also pass through the proxy.
 */

import { Agent, request as send, type IncomingMessage, type ServerResponse } from "node:http";
import { buffer } from "node:stream/consumers";

import type { NetworkEvent, Target } from "./traffic.js";

/** The requests to which a fault applies. */
export interface Match {
  method?: string;
  path?: RegExp;
}

/**
 * A fault: the request is lost; the response is lost; the proxy responds with another status; the request waits before
 * it is processed; the response waits and is outdated on arrival; or the response is changed.
 */
export type HttpFault =
  | "lose_request"
  | "lose_response"
  | { status: number; code?: string; retryAfter?: number }
  | { requestUntil: Promise<void> }
  | { responseUntil: Promise<void> }
  | { change: (body: Record<string, unknown>) => object };

class HttpResponse {
  constructor(
    readonly status: number,
    readonly headers: Record<string, string | string[] | undefined>,
    public body: Buffer,
  ) {}

  change(edit: (body: Record<string, unknown>) => object): void {
    this.body = Buffer.from(JSON.stringify(edit(JSON.parse(this.body.toString()) as Record<string, unknown>)));
    this.headers["content-length"] = String(this.body.length);
  }
}

export class HttpLink {
  faults: { match: Match; fault: HttpFault; left: number }[] = [];
  chaos: (method: string, path: string) => HttpFault | undefined = () => undefined;
  offline = false;
  readonly #agent = new Agent({ keepAlive: true });

  constructor(
    private readonly target: Target,
    private readonly socketUrl: () => string,
    private readonly record: (event: NetworkEvent) => void,
  ) {}

  async forward(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const method = request.method ?? "GET";
    const path = request.url ?? "/";
    const finish = (status: number): void => this.record({ type: "request", method, path, status });
    const lose = (): void => {
      request.socket.destroy();
      finish(0);
    };
    try {
      const body = await buffer(request);
      const fault = this.offline ? "lose_request" : this.#fault(method, path);
      if (fault === "lose_request") return lose();
      if (typeof fault === "object" && "requestUntil" in fault) await fault.requestUntil;
      const rejection = typeof fault === "object" && "status" in fault ? fault : undefined;
      const result = rejection === undefined ? await this.#forward(request, body) : failure(rejection);
      if (typeof fault === "object" && "change" in fault) result.change(fault.change);
      if (fault === "lose_response") return lose();
      if (typeof fault === "object" && "responseUntil" in fault) {
        this.record({ type: "response_held", method, path });
        await fault.responseUntil;
      }
      response.writeHead(result.status, result.headers);
      response.end(result.body);
      finish(result.status);
    } catch {
      // The stack or the client is gone. The other side detects that the connection is lost.
      lose();
    }
  }

  close(): void {
    this.#agent.destroy();
  }

  #fault(method: string, path: string): HttpFault | undefined {
    const found = this.faults.find(
      ({ match }) => (match.method ?? method) === method && (match.path?.test(path) ?? true),
    );
    if (found === undefined) return this.chaos(method, path);
    found.left -= 1;
    if (found.left === 0) this.faults = this.faults.filter((fault) => fault !== found);
    return found.fault;
  }

  async #forward(request: IncomingMessage, body: Buffer): Promise<HttpResponse> {
    const sent = { ...request.headers, host: new URL(this.target.url).host };
    const incoming = await new Promise<IncomingMessage>((resolve, reject) => {
      const options = { method: request.method, headers: sent, agent: this.#agent };
      send(new URL(request.url ?? "/", this.target.url), options, resolve)
        .on("error", reject)
        .end(body);
    });
    const { "transfer-encoding": _chunked, connection: _connection, ...headers } = incoming.headers;
    const response = new HttpResponse(incoming.statusCode ?? 502, headers, await buffer(incoming));
    if (request.url === "/api/auth/ticket" && response.status === 200) {
      response.change((ticket) => ({ ...ticket, url: this.socketUrl() }));
    }
    return response;
  }
}

/** An error response in the server's form, or without a code in the gateway's form. */
function failure({ status, code, retryAfter }: { status: number; code?: string; retryAfter?: number }): HttpResponse {
  const gateway = { message: "Service Unavailable" };
  const problem = {
    type: `urn:emotechat:problem:${code}`,
    title: code,
    detail: code,
    status,
    code,
    request_id: "proxy",
  };
  return new HttpResponse(
    status,
    {
      "content-type": code === undefined ? "application/json" : "application/problem+json",
      ...(retryAfter === undefined ? {} : { "retry-after": String(retryAfter) }),
    },
    Buffer.from(JSON.stringify(code === undefined ? gateway : problem)),
  );
}
