/**
 * Sees all that goes wrong in somebody's browser: errors in the console, exceptions, violations of the content security policy,
 * failed requests, requests to another machine, dialogs that a script opens. What a test did not announce fails it.
 */

import type { BrowserContext, Page } from "playwright-core";

/** What the browser says while the server is down or the network is gone. */
export const OUTAGE = [
  /net::ERR_(CONNECTION|INTERNET|EMPTY|NETWORK|SOCKET|FAILED)/,
  /^console: WebSocket connection to /,
];

/** What a console says of an answer with this status. */
export const refusal = (status: number): RegExp =>
  new RegExp(`^console: .*the server responded with a status of ${status} `);

export class Watch {
  readonly #seen: string[] = [];
  readonly #announced: RegExp[] = [];

  static async over(context: BrowserContext): Promise<Watch> {
    const watch = new Watch();
    await context.exposeBinding("reportViolation", (_, what: string) => watch.#seen.push(`policy: ${what}`));
    await context.addInitScript(() => {
      addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI }) => {
        const { reportViolation } = window as unknown as { reportViolation(what: string): void };
        reportViolation(`${violatedDirective} refused ${blockedURI}`);
      });
    });
    watch.#listen(context);
    return watch;
  }

  /** From now on these are no faults. */
  announce(...faults: RegExp[]): void {
    this.#announced.push(...faults);
  }

  /** What went wrong and was not announced. */
  get faults(): string[] {
    return this.#seen.filter((fault) => !this.#announced.some((announced) => announced.test(fault)));
  }

  #listen(context: BrowserContext): void {
    const see = (fault: string): void => void this.#seen.push(fault);
    context.on("console", (message) => {
      if (message.type() === "error") see(`console: ${message.text()} (${message.location().url})`);
    });
    context.on("weberror", (error) => see(`exception: ${error.error().stack ?? error.error().message}`));
    context.on("dialog", (dialog) => {
      see(`dialog: ${dialog.message()}`);
      void dialog.dismiss();
    });
    context.on("request", (request) => this.#address(request.url()));
    context.on("requestfailed", (request) => {
      const why = request.failure()?.errorText ?? "";
      // A page that is left, or a request that its page gave up, is no failure.
      if (why !== "net::ERR_ABORTED")
        see(`request: ${request.method()} ${new URL(request.url()).pathname} failed: ${why}`);
    });
    context.on("response", (response) => {
      if (response.status() >= 500) see(`answer: ${response.status()} to ${response.url()}`);
    });
    context.on("page", (page: Page) => page.on("websocket", (socket) => this.#address(socket.url())));
  }

  #address(url: string): void {
    const { protocol, hostname } = new URL(url);
    const isLocal = hostname === "127.0.0.1" || protocol === "data:" || protocol === "blob:" || protocol === "about:";
    if (!isLocal) this.#seen.push(`address: ${url}`);
  }
}
