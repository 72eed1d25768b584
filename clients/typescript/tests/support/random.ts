/** Random numbers that a seed reproduces. A failed test can be repeated with the seed that it printed. */

import type { TestContext } from "node:test";

/** Numbers from 0 up to 1, always the same for a seed (mulberry32). */
export class Random {
  constructor(private state: number) {}

  next(): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  /** One of 0, 1 … `count` - 1. */
  below(count: number): number {
    return Math.floor(this.next() * count);
  }

  /** Returns true with this probability. */
  chance(probability: number): boolean {
    return this.next() < probability;
  }

  pick<T>(things: readonly T[]): T {
    const thing = things[this.below(things.length)];
    if (thing === undefined) throw new Error("Nothing to pick from");
    return thing;
  }
}

/** The seeds of a test: the given ones and one that differs on each run, or only the one in `EMOTECHAT_SEED`. */
export function seeds(...given: number[]): number[] {
  const named = process.env["EMOTECHAT_SEED"];
  return named === undefined ? [...given, Date.now() % 1_000_000] : [Number(named)];
}

/** The random numbers of a test, which prints its seed. */
export function seeded(test: TestContext, seed: number): Random {
  test.diagnostic(`EMOTECHAT_SEED=${seed} repeats this run`);
  return new Random(seed);
}
