/**
 * One test: a stack of its own and people at it. It fails with what its people's browsers complained of, and leaves pictures of
 * their screens in target/ci/browser.
 */

import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test, type TestContext } from "node:test";

import { PROJECT } from "emotechat-testing/project";
import { Stack, type StackOptions } from "emotechat-testing/stack";
import type { Browser } from "playwright-core";

import { launch } from "./browser.js";
import { Person, type Device } from "./person.js";

/** Where what a run makes goes. */
export const OUTPUT = join(PROJECT, "target/ci");

let browser: Browser;
before(async () => {
  browser = await launch();
});
after(() => browser?.close());

/** Who and what a test is about. */
export class World {
  readonly people: Person[] = [];

  constructor(
    readonly test: TestContext,
    readonly stack: Stack,
  ) {}

  /** Somebody who has just opened the page. */
  async visitor(name: string, device: Device = {}): Promise<Person> {
    const person = await Person.arrive(browser, this.stack, name, device);
    this.people.push(person);
    return person;
  }

  /** Somebody new with an account, online. */
  async person(name: string, device: Device = {}): Promise<Person> {
    return (await this.visitor(name, device)).registers();
  }

  /** Several people at once. */
  async persons<Names extends string[]>(...names: Names): Promise<{ [At in keyof Names]: Person }> {
    return (await Promise.all(names.map((name) => this.person(name)))) as { [At in keyof Names]: Person };
  }

  async close(): Promise<void> {
    await Promise.all(this.people.map(({ context }) => context.close()));
    await this.stack.stop();
  }
}

/** Tells one story. */
export function story(sentence: string, tell: (world: World) => Promise<void>, options: StackOptions = {}): void {
  test(sentence, async (t) => {
    const world = new World(t, await Stack.start(options));
    try {
      await tell(world);
      for (const { name, watch } of world.people)
        assert.deepEqual(watch.faults, [], `what went wrong in ${name}'s browser`);
    } catch (thrown) {
      await picture(world, sentence);
      throw thrown;
    } finally {
      await world.close();
    }
  });
}

async function picture({ test, people }: World, sentence: string): Promise<void> {
  const folder = join(OUTPUT, "browser");
  await mkdir(folder, { recursive: true });
  for (const { name, watch } of people)
    for (const fault of watch.faults) test.diagnostic(`${name}'s browser: ${fault}`);
  const pages = people.flatMap(({ name, context }) => context.pages().map((page) => ({ name, page })));
  for (const [at, { name, page }] of pages.entries()) {
    const path = join(folder, `${sentence} - ${at + 1} ${name}.png`.replace(/[^\w .-]+/g, "_"));
    await page.screenshot({ path, timeout: 5000 }).then(
      () => test.diagnostic(`${name}'s screen: ${path}`),
      () => undefined,
    );
  }
}
