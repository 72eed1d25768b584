/**
 * A bad network between one client and the stack: HTTP and sockets pass through it, and a test cuts, loses, doubles and
 * reorders what it likes. It keeps a record of what passed. A fault that was asked for and never fired fails the test.
 */

import { createServer, type Server } from "node:http";
import type { AddressInfo, Socket } from "node:net";

import { HttpLink, type HttpFault, type Match } from "./proxy-http.js";
import { SocketLink } from "./proxy-socket.js";
import type { Fate, Frame, NetworkEvent, Target } from "./traffic.js";
import { EventLog } from "emotechat-testing/waiting";

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

  /** How many are open now. */
  get open(): number {
    return this.#sockets.openCount;
  }

  /** What becomes of each frame to the client: "pass" unless a test says otherwise. */
  set fate(fate: (frame: Frame, socket: number) => Fate) {
    this.#sockets.fate = fate;
  }

  /** Changes frames to the client before they pass. */
  set rewrite(rewrite: (frame: Frame) => Frame) {
    this.#sockets.rewrite = rewrite;
  }

  /** Ends all sockets without a word to either side. */
  cut(): void {
    this.#sockets.cut();
  }

  /** The sockets that are open now stay so, take what comes and give nothing any more. */
  blackHole(): void {
    this.#sockets.blackHole();
  }

  /** What is held back comes now. */
  release(): void {
    this.#sockets.release();
  }

  /** From now on new sockets are refused with this status, or cut while they open; undefined admits them again. */
  refuseSockets(how: number | "cut" | undefined): void {
    this.#sockets.refusal = how;
  }

  // --- HTTP

  /** The next request that matches meets this fault. */
  once(match: Match, fault: HttpFault): void {
    this.#http.faults.push({ match, fault, left: 1 });
  }

  /** The next so many requests that match meet this fault. */
  times(left: number, match: Match, fault: HttpFault): void {
    this.#http.faults.push({ match, fault, left });
  }

  /** Any request may meet a fault that this chooses, after those asked for by `once`. */
  set chaos(choose: (method: string, path: string) => HttpFault | undefined) {
    this.#http.chaos = choose;
  }

  // --- all

  /** Nothing passes: sockets are cut, requests lost. */
  goOffline(): void {
    this.#http.offline = true;
    this.#sockets.refusal = "cut";
    this.cut();
  }

  goOnline(): void {
    this.#http.offline = false;
    this.#sockets.refusal = undefined;
  }

  /** Everything passes from now on. */
  heal(): void {
    this.#http.chaos = () => undefined;
    this.#sockets.fate = () => "pass";
    this.#sockets.release();
    this.goOnline();
  }

  /** How often each fate befell a frame to the client, and how often sockets were cut. */
  get counts(): Record<Fate, number> & { cut: number } {
    return { ...this.#sockets.counts };
  }

  /** Ends it; throws when a fault never fired, or a frame was not as its document says. */
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
