/** The delays that are asked for: tests judge by them, for how long something takes says more of the machine. */

import type { TestContext } from "node:test";

/** From here to the end of the test, each delay in milliseconds that `setTimeout` is asked for. */
export function recordDelays(test: TestContext): number[] {
  const delays: number[] = [];
  const set = globalThis.setTimeout;
  test.mock.method(globalThis, "setTimeout", (act: (...given: unknown[]) => void, ms = 0, ...given: unknown[]) => {
    delays.push(ms);
    return set(act, ms, ...given);
  });
  return delays;
}

/** From here to the end of the test, delays from one length to another take a fifth of it: nobody waits for them. */
export function shortenDelays(test: TestContext, fromMs: number, toMs: number): void {
  const set = globalThis.setTimeout;
  test.mock.method(globalThis, "setTimeout", (act: (...given: unknown[]) => void, ms = 0, ...given: unknown[]) =>
    set(act, ms >= fromMs && ms <= toMs ? ms / 5 : ms, ...given),
  );
}
