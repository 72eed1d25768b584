/**
 * The HTTP half of the proxy: requests are carried to the stack and answers back, unless a fault says otherwise. The
 * address in a ticket's answer becomes the proxy's own, so that sockets pass through it too.
 */

import { Agent, request as send, type IncomingMessage, type ServerResponse } from "node:http";
import { buffer } from "node:stream/consumers";

import type { Happening, Target } from "./proxy.js";

/** Which requests a fault is for. */
export interface Match {
  method?: string;
  path?: RegExp;
}

/**
 * What goes wrong: the request is lost, or its answer after it was carried out; another answer; a request that waits before
 * it is carried out; an answer that waits, and is old when it comes; or one that says something else.
 */
export type HttpFault =
  | "lose_request"
  | "lose_answer"
  | { status: number; code?: string; retryAfter?: number }
  | { requestUntil: Promise<void> }
  | { answerUntil: Promise<void> }
  | { change: (answer: Record<string, unknown>) => object };

class Answer {
  constructor(
    readonly status: number,
    readonly headers: Record<string, string | string[] | undefined>,
    public body: Buffer,
  ) {}

  change(how: (answer: Record<string, unknown>) => object): void {
    this.body = Buffer.from(JSON.stringify(how(JSON.parse(this.body.toString()) as Record<string, unknown>)));
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
    private readonly tell: (happening: Happening) => void,
  ) {}

  async carry(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const method = request.method ?? "GET";
    const path = request.url ?? "/";
    const tell = (status: number): void => this.tell({ what: "request", method, path, status });
    const lose = (): void => {
      request.socket.destroy();
      tell(0);
    };
    try {
      const body = await buffer(request);
      const fault = this.offline ? "lose_request" : this.#fault(method, path);
      if (fault === "lose_request") return lose();
      if (typeof fault === "object" && "requestUntil" in fault) await fault.requestUntil;
      const refusal = typeof fault === "object" && "status" in fault ? fault : undefined;
      const answer = refusal === undefined ? await this.#ask(request, body) : refuse(refusal);
      if (typeof fault === "object" && "change" in fault) answer.change(fault.change);
      if (fault === "lose_answer") return lose();
      if (typeof fault === "object" && "answerUntil" in fault) {
        this.tell({ what: "answer_held", method, path });
        await fault.answerUntil;
      }
      response.writeHead(answer.status, answer.headers);
      response.end(answer.body);
      tell(answer.status);
    } catch {
      // The stack or the client is gone: the other learns it as it would from a network.
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

  async #ask(request: IncomingMessage, body: Buffer): Promise<Answer> {
    const passed = { ...request.headers, host: new URL(this.target.url).host };
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      const options = { method: request.method, headers: passed, agent: this.#agent };
      send(new URL(request.url ?? "/", this.target.url), options, resolve)
        .on("error", reject)
        .end(body);
    });
    const { "transfer-encoding": _chunked, connection: _connection, ...headers } = answer.headers;
    const carried = new Answer(answer.statusCode ?? 502, headers, await buffer(answer));
    if (request.url === "/api/auth/ticket" && carried.status === 200) {
      carried.change((ticket) => ({ ...ticket, url: this.socketUrl() }));
    }
    return carried;
  }
}

/** A refusal in the server's form; without a code in that of its gateway. */
function refuse({ status, code, retryAfter }: { status: number; code?: string; retryAfter?: number }): Answer {
  const gateway = { message: "Service Unavailable" };
  const problem = {
    type: `urn:emotechat:problem:${code}`,
    title: code,
    detail: code,
    status,
    code,
    request_id: "proxy",
  };
  return new Answer(
    status,
    {
      "content-type": code === undefined ? "application/json" : "application/problem+json",
      ...(retryAfter === undefined ? {} : { "retry-after": String(retryAfter) }),
    },
    Buffer.from(JSON.stringify(code === undefined ? gateway : problem)),
  );
}
