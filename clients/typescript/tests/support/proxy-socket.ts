/**
 * The socket part of the proxy. For each socket of a client it opens one to the stack, and passes on rejections and the
 * chosen subprotocol. It decides for every frame to the client: pass, drop, duplicate, or hold back and deliver late.
 */

import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";

import { WebSocket, WebSocketServer, type RawData } from "ws";

import { findViolation } from "./document.js";
import type { Fate, Frame, NetworkEvent, Target } from "./traffic.js";

interface Pair {
  number: number;
  client: WebSocket;
  server: WebSocket;
  held: string[];
  dead: boolean;
}

export class SocketLink {
  fate: (frame: Frame, socket: number) => Fate = () => "pass";
  rewrite: (frame: Frame) => Frame = (frame) => frame;
  rejection: number | "cut" | undefined;
  /** Violations of the AsyncAPI document. */
  readonly violations: string[] = [];
  /** "late" counts the frames that another frame overtook. */
  readonly counts = { pass: 0, drop: 0, double: 0, late: 0, cut: 0 };
  readonly #pairs = new Set<Pair>();
  readonly #dialing = new Set<WebSocket>();
  #opened = 0;
  readonly #server = new WebSocketServer({
    noServer: true,
    handleProtocols: (offered) => (offered.has("emotechat.v1") ? "emotechat.v1" : false),
  });

  constructor(
    private readonly target: Target,
    private readonly record: (event: NetworkEvent) => void,
  ) {}

  get openCount(): number {
    return [...this.#pairs].filter(({ client }) => client.readyState === WebSocket.OPEN).length;
  }

  open(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on("error", () => socket.destroy());
    const reject = (status: number, body = ""): void => {
      if (status === 0) socket.destroy();
      else
        socket.end(`HTTP/1.1 ${status} Rejected\r\nConnection: close\r\nContent-Length: ${body.length}\r\n\r\n${body}`);
      this.record({ type: "socket_rejected", status });
    };
    if (this.rejection !== undefined) return reject(this.rejection === "cut" ? 0 : this.rejection);
    const offered = (request.headers["sec-websocket-protocol"] ?? "").split(/, */).filter((name) => name !== "");
    const { authorization, origin } = request.headers;
    const query = new URL(request.url ?? "/", this.target.url).search;
    const server = new WebSocket(this.target.socketUrl + query, offered, {
      headers: { ...(authorization && { authorization }), ...(origin && { origin }) },
    });
    this.#dialing.add(server);
    server.once("unexpected-response", (_request, response) => {
      response.resume();
      reject(response.statusCode ?? 0);
      server.terminate();
    });
    server.on("error", () => {
      if (this.#dialing.delete(server)) socket.destroy();
    });
    server.once("open", () => {
      this.#dialing.delete(server);
      if (socket.destroyed) return server.terminate();
      this.#server.handleUpgrade(request, socket, head, (client) => {
        const ticket = offered.find((name) => name.startsWith("ticket."));
        this.#join({ number: (this.#opened += 1), client, server, held: [], dead: false }, ticket);
      });
    });
  }

  cut(): void {
    for (const server of this.#dialing) server.terminate();
    for (const pair of this.#pairs) {
      if (!pair.dead) this.counts.cut += 1;
      this.#end(pair, "proxy");
      pair.client.terminate();
      pair.server.terminate();
    }
  }

  blackHole(): void {
    for (const pair of this.#pairs) {
      pair.dead = true;
      // A half-dead socket does not even answer a closing handshake.
      pair.client.pause();
    }
  }

  /** Delivers the frames that were held back. */
  release(): void {
    for (const pair of this.#pairs) {
      this.counts.late += pair.held.length;
      for (const text of pair.held.splice(0)) pair.client.send(text);
    }
  }

  #join(pair: Pair, ticket: string | undefined): void {
    const { number: socket, client, server } = pair;
    this.#pairs.add(pair);
    this.record({ type: "socket_opened", socket, ticket, open: this.openCount });
    client.on("message", (data) => {
      if (pair.dead) return;
      server.send(String(data));
      this.record({ type: "frame", socket, direction: "up", frame: this.#validated(data), fate: "pass" });
    });
    server.on("message", (data) => {
      if (!pair.dead) this.#down(pair, this.rewrite(this.#validated(data)));
    });
    // Codes 1005 and 1006 mean that no code arrived. They must not be sent.
    const pass = (to: WebSocket, code: number, reason: Buffer): void =>
      code === 1005 || code === 1006 ? to.terminate() : to.close(code, reason);
    client.on("close", (code, reason) => {
      this.#end(pair, "client");
      pass(server, code, reason);
    });
    server.on("close", (code, reason) => {
      if (pair.dead) return;
      this.#end(pair, "server");
      pass(client, code, reason);
    });
    client.on("error", () => client.terminate());
    server.on("error", () => server.terminate());
  }

  #validated(data: RawData): Frame {
    const frame = JSON.parse(String(data)) as Frame;
    const violation = findViolation(frame);
    if (violation !== undefined) this.violations.push(violation);
    return frame;
  }

  #down(pair: Pair, frame: Frame): void {
    const fate = this.fate(frame, pair.number);
    const text = JSON.stringify(frame);
    if (fate === "late") {
      pair.held.push(text);
    } else {
      if (fate !== "drop") pair.client.send(text);
      if (fate === "double") pair.client.send(text);
      this.counts[fate] += 1;
      if (fate !== "drop") {
        this.counts.late += pair.held.length;
        // Reversed, so that the order of the held frames changes too.
        for (const late of pair.held.splice(0).reverse()) pair.client.send(late);
      }
    }
    this.record({ type: "frame", socket: pair.number, direction: "down", frame, fate });
  }

  #end(pair: Pair, by: "client" | "server" | "proxy"): void {
    if (this.#pairs.delete(pair)) this.record({ type: "socket_closed", socket: pair.number, by });
  }
}
