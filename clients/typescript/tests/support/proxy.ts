/**
 * A bad network between one client and the stack. HTTP and sockets pass through it, and tests can cut, lose, duplicate
 * and reorder what passes. It records the traffic. A requested fault that never fired fails the test.
 */

import { createServer, type Server } from "node:http";
import type { AddressInfo, Socket } from "node:net";

import { EventLog } from "emotechat-testing/waiting";

import { HttpLink, type HttpFault, type Match } from "./proxy-http.js";
import { SocketLink } from "./proxy-socket.js";
import type { Fate, Frame, NetworkEvent, Target } from "./traffic.js";

/** The network of one client. */
export class Proxy {
  readonly events = new EventLog<NetworkEvent>();
  readonly #server: Server;
  readonly #connections = new Set<Socket>();
  readonly #http: HttpLink;
  readonly #sockets: SocketLink;

  private constructor(target: Target) {
    const record = (event: NetworkEvent): void => this.events.add(event);
    this.#http = new HttpLink(target, () => this.socketUrl, record);
    this.#sockets = new SocketLink(target, record);
    this.#server = createServer((request, response) => void this.#http.forward(request, response));
    this.#server.on("connection", (socket) => {
      this.#connections.add(socket);
      socket.on("close", () => this.#connections.delete(socket));
    });
    this.#server.on("upgrade", (request, socket, head) => this.#sockets.open(request, socket, head));
  }

  static async to(target: Target): Promise<Proxy> {
    const proxy = new Proxy(target);
    await new Promise<void>((ready) => proxy.#server.listen(0, "127.0.0.1", ready));
    return proxy;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  get socketUrl(): string {
    return `ws://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  // --- sockets

  /** The number of open sockets. */
  get open(): number {
    return this.#sockets.openCount;
  }

  /** Decides what happens to each frame to the client. The default is "pass". */
  set fate(fate: (frame: Frame, socket: number) => Fate) {
    this.#sockets.fate = fate;
  }

  /** Changes frames to the client before they pass. */
  set rewrite(rewrite: (frame: Frame) => Frame) {
    this.#sockets.rewrite = rewrite;
  }

  /** Ends all sockets without notice to either side. */
  cut(): void {
    this.#sockets.cut();
  }

  /** The open sockets stay open and accept data, but deliver nothing from now on. */
  blackHole(): void {
    this.#sockets.blackHole();
  }

  /** Delivers the frames that were held back. */
  release(): void {
    this.#sockets.release();
  }

  /** Rejects new sockets with this status, or cuts them while they open. undefined accepts them again. */
  rejectSockets(how: number | "cut" | undefined): void {
    this.#sockets.rejection = how;
  }

  // --- HTTP

  /** Applies a fault to the next matching request. */
  once(match: Match, fault: HttpFault): void {
    this.#http.faults.push({ match, fault, left: 1 });
  }

  /** Applies a fault to the next `count` matching requests. */
  times(count: number, match: Match, fault: HttpFault): void {
    this.#http.faults.push({ match, fault, left: count });
  }

  /** Chooses faults for any request. Faults from `once` and `times` apply first. */
  set chaos(choose: (method: string, path: string) => HttpFault | undefined) {
    this.#http.chaos = choose;
  }

  // --- everything

  /** Blocks everything: cuts the sockets and loses the requests. */
  goOffline(): void {
    this.#http.offline = true;
    this.#sockets.rejection = "cut";
    this.cut();
  }

  goOnline(): void {
    this.#http.offline = false;
    this.#sockets.rejection = undefined;
  }

  /** Stops all faults and delivers the frames that were held back. */
  heal(): void {
    this.#http.chaos = () => undefined;
    this.#sockets.fate = () => "pass";
    this.#sockets.release();
    this.goOnline();
  }

  /** The number of frames to the client by fate, and the number of cut sockets. */
  get counts(): Record<Fate, number> & { cut: number } {
    return { ...this.#sockets.counts };
  }

  /** Closes the proxy. Throws if a fault never fired, or if a frame violates the AsyncAPI document. */
  async close(): Promise<void> {
    this.#sockets.cut();
    this.#http.close();
    for (const connection of this.#connections) connection.destroy();
    await new Promise<void>((done) => this.#server.close(() => done()));
    const [violation] = this.#sockets.violations;
    if (violation !== undefined) throw new Error(violation);
    const [unfired] = this.#http.faults;
    if (unfired !== undefined) throw new Error(`A fault never fired: ${JSON.stringify(unfired.fault)}`);
  }
}
