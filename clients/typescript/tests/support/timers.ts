/** The delays that are asked for: tests judge by them, for how long something takes says more of the machine. */

import type { TestContext } from "node:test";

/** From here to the end of the test, each delay in milliseconds that `setTimeout` is asked for. */
export function delaysAsked(test: TestContext): number[] {
  const delays: number[] = [];
  const set = globalThis.setTimeout;
  test.mock.method(globalThis, "setTimeout", (act: (...given: unknown[]) => void, ms = 0, ...given: unknown[]) => {
    delays.push(ms);
    return set(act, ms, ...given);
  });
  return delays;
}
