/**
 * The local stack in a separate process, with real HTTP, sockets and tables. With a data folder it can be killed and
 * restarted. If the stack ends by itself, `stop` throws, which fails the test.
 */

import { spawn, type ChildProcess } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

import { PROJECT } from "./project.js";

const BINARY = process.env["EMOTECHAT_BINARY"] ?? join(PROJECT, "target/debug/emotechat");
const START_DEADLINE_MS = 30_000;

export interface StackOptions {
  /** Keeps the data across a kill and a restart. */
  durable?: boolean;
  /** Values for the template's parameters, such as `{ EntriesPerSender: "1000" }`. */
  parameters?: Record<string, string>;
}

/** A running stack. */
export class Stack {
  /** Origin of the HTTP API. */
  url = "";
  /** Address of the socket API. */
  socketUrl = "";
  #child: ChildProcess | undefined;
  #ended: Promise<void> = Promise.resolve();
  #crash: string | undefined;
  #stderrTail: string[] = [];

  private constructor(
    private readonly parameters: string[],
    private readonly folder: string | undefined,
  ) {}

  static async start({ durable = false, parameters = {} }: StackOptions = {}): Promise<Stack> {
    if (!existsSync(BINARY)) {
      throw new Error(`${BINARY} does not exist. Build it with "cargo build", or set EMOTECHAT_BINARY to its path.`);
    }
    const folder = durable ? await mkdtemp(join(tmpdir(), "emotechat-")) : undefined;
    const values = Object.entries(parameters).flatMap(([name, value]) => ["--parameter", `${name}=${value}`]);
    const stack = new Stack(values, folder);
    await stack.#run();
    return stack;
  }

  /** Kills the process without notice, like a crash. */
  async kill(): Promise<void> {
    const child = this.#child;
    if (this.#crash !== undefined) throw new Error(this.#crash);
    this.#child = undefined;
    child?.kill("SIGKILL");
    await this.#ended;
  }

  /** Starts the stack again after `kill`, with the same ports and data. */
  async restart(): Promise<void> {
    await this.#run();
  }

  /** Stops the stack and deletes its data. Throws if the stack had ended by itself. */
  async stop(): Promise<void> {
    try {
      await this.kill();
    } finally {
      if (this.folder !== undefined) await rm(this.folder, { recursive: true, force: true });
    }
  }

  async #run(): Promise<void> {
    const port = (url: string): string => (url === "" ? "0" : new URL(url).port);
    const data = this.folder === undefined ? ["--ephemeral"] : ["--data", this.folder];
    const child = spawn(
      BINARY,
      [...data, "--port", port(this.url), "--socket-port", port(this.socketUrl), ...this.parameters],
      { cwd: PROJECT, stdio: ["ignore", "pipe", "pipe"] },
    );
    this.#child = child;
    const killed = (): boolean => child.kill("SIGKILL");
    process.once("exit", killed);
    this.#ended = new Promise((settle) => {
      child.once("close", (code, signal) => {
        process.off("exit", killed);
        if (this.#child === child) {
          this.#crash = `The stack ended by itself (${signal ?? code}): ${this.#stderrTail.join("\n")}`;
        }
        settle();
      });
    });
    createInterface({ input: child.stderr }).on("line", (line) => {
      this.#stderrTail = [...this.#stderrTail.slice(-19), line];
    });
    await new Promise<void>((ready, fail) => {
      const late = setTimeout(() => fail(new Error("The stack did not start in time")), START_DEADLINE_MS);
      child.once("error", fail);
      void this.#ended.then(() => fail(new Error(this.#crash ?? "The stack was killed during its start")));
      createInterface({ input: child.stdout }).on("line", (line) => {
        const [what, where = ""] = line.trim().split(/\s+/);
        if (what === "HTTP") this.url = new URL(where).origin;
        if (what === "socket") this.socketUrl = where;
        if (what === "data") {
          clearTimeout(late);
          ready();
        }
      });
    });
  }
}

// Turns a signal into a normal exit, which also kills the stack.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, () => process.exit(1));
