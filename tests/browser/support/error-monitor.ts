/**
 * Collects everything that goes wrong in a browser: console errors, exceptions, violations of the content security policy, failed
 * requests, requests to other hosts, and dialogs. An error that the test did not expect fails it.
 */

import type { BrowserContext, Page } from "playwright-core";

/** The console errors while the server is down or the network is gone. */
export const OUTAGE = [
  /net::ERR_(CONNECTION|INTERNET|EMPTY|NETWORK|SOCKET|FAILED)/,
  /^console: WebSocket connection to /,
];

/** The console error for a response with this status. */
export const httpError = (status: number): RegExp =>
  new RegExp(`^console: .*the server responded with a status of ${status} `);

export class ErrorMonitor {
  readonly #errors: string[] = [];
  readonly #expected: RegExp[] = [];

  static async attach(context: BrowserContext): Promise<ErrorMonitor> {
    const monitor = new ErrorMonitor();
    await context.exposeBinding("reportViolation", (_, what: string) => monitor.#errors.push(`policy: ${what}`));
    await context.addInitScript(() => {
      addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI }) => {
        const { reportViolation } = window as unknown as { reportViolation(what: string): void };
        reportViolation(`${violatedDirective} blocked ${blockedURI}`);
      });
    });
    monitor.#listen(context);
    return monitor;
  }

  /** Adds patterns for errors that do not fail the test. */
  expect(...patterns: RegExp[]): void {
    this.#expected.push(...patterns);
  }

  /** The errors that no pattern expects. */
  get unexpected(): string[] {
    return this.#errors.filter((error) => !this.#expected.some((pattern) => pattern.test(error)));
  }

  #listen(context: BrowserContext): void {
    const report = (error: string): void => void this.#errors.push(error);
    context.on("console", (message) => {
      if (message.type() === "error") report(`console: ${message.text()} (${message.location().url})`);
    });
    context.on("weberror", (error) => report(`exception: ${error.error().stack ?? error.error().message}`));
    context.on("dialog", (dialog) => {
      report(`dialog: ${dialog.message()}`);
      void dialog.dismiss();
    });
    context.on("request", (request) => this.#checkHost(request.url()));
    context.on("requestfailed", (request) => {
      const reason = request.failure()?.errorText ?? "";
      // The browser aborts requests when the page navigates away or cancels them. That is not a failure.
      if (reason !== "net::ERR_ABORTED")
        report(`request: ${request.method()} ${new URL(request.url()).pathname} failed: ${reason}`);
    });
    context.on("response", (response) => {
      if (response.status() >= 500) report(`response: ${response.status()} to ${response.url()}`);
    });
    context.on("page", (page: Page) => page.on("websocket", (socket) => this.#checkHost(socket.url())));
  }

  #checkHost(url: string): void {
    const { protocol, hostname } = new URL(url);
    const isLocal = hostname === "127.0.0.1" || protocol === "data:" || protocol === "blob:" || protocol === "about:";
    if (!isLocal) this.#errors.push(`address: ${url}`);
  }
}
