/** A client whose clock is wrong: `Date` of this process, the stack's own is right. */

import type { TestContext } from "node:test";

const RealDate = globalThis.Date;

/** From here to the end of the test, or to the next call, the clock is ahead by so much. */
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
