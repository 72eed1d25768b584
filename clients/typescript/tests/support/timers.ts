/** Timer delays. Tests check requested delays, because measured times depend on the machine's load. */

import type { TestContext } from "node:test";

/** Records every delay in milliseconds that is passed to `setTimeout`, until the end of the test. */
export function recordDelays(test: TestContext): number[] {
  const delays: number[] = [];
  const set = globalThis.setTimeout;
  test.mock.method(globalThis, "setTimeout", (act: (...given: unknown[]) => void, ms = 0, ...given: unknown[]) => {
    delays.push(ms);
    return set(act, ms, ...given);
  });
  return delays;
}

/** Shortens delays in a range to a fifth, until the end of the test. */
export function shortenDelays(test: TestContext, fromMs: number, toMs: number): void {
  const set = globalThis.setTimeout;
  test.mock.method(globalThis, "setTimeout", (act: (...given: unknown[]) => void, ms = 0, ...given: unknown[]) =>
    set(act, ms >= fromMs && ms <= toMs ? ms / 5 : ms, ...given),
  );
}
