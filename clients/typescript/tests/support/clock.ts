/** A client with a wrong clock: changes `Date` in this process, while the stack's clock stays correct. */

import type { TestContext } from "node:test";

const RealDate = globalThis.Date;

/** Shifts the clock by a number of milliseconds until the next call or the end of the test. */
export function shiftClock(test: TestContext, ms: number): void {
  class ShiftedDate extends RealDate {
    constructor(...given: [] | [number | string | Date]) {
      if (given.length === 0) super(RealDate.now() + ms);
      else super(given[0]);
    }

    static override now(): number {
      return RealDate.now() + ms;
    }
  }
  globalThis.Date = ShiftedDate as DateConstructor;
  test.after(() => {
    globalThis.Date = RealDate;
  });
}
