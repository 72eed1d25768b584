/** A client whose clock is wrong: `Date` of this process, the stack's own is right. */

import type { TestContext } from "node:test";

const RightDate = globalThis.Date;

/** From here to the end of the test, or to the next call, the clock is ahead by so much. */
export function clockIsAhead(test: TestContext, ms: number): void {
  class WrongDate extends RightDate {
    constructor(...given: [] | [number | string | Date]) {
      if (given.length === 0) super(RightDate.now() + ms);
      else super(given[0]);
    }

    static override now(): number {
      return RightDate.now() + ms;
    }
  }
  globalThis.Date = WrongDate as DateConstructor;
  test.after(() => {
    globalThis.Date = RightDate;
  });
}
