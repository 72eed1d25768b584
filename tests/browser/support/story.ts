/**
 * One test: its own stack, and people who use it. It fails if a browser reported an unexpected error. On failure it stores
 * screenshots in target/ci/browser.
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

/** The folder for the output of a test run. */
export const OUTPUT = join(PROJECT, "target/ci");

let browser: Browser;
before(async () => {
  browser = await launch();
});
after(() => browser?.close());

/** The stack and the people of one test. */
export class World {
  readonly visitors: Person[] = [];

  constructor(
    readonly test: TestContext,
    readonly stack: Stack,
  ) {}

  /** Opens the page for a person who is not signed in. */
  async visitor(name: string, device: Device = {}): Promise<Person> {
    const person = await Person.arrive(browser, this.stack, name, device);
    this.visitors.push(person);
    return person;
  }

  /** Opens the page, and creates an account. */
  async person(name: string, device: Device = {}): Promise<Person> {
    return (await this.visitor(name, device)).registers();
  }

  /** Opens the page and creates an account for several people at the same time. */
  async people<Names extends string[]>(...names: Names): Promise<{ [At in keyof Names]: Person }> {
    return (await Promise.all(names.map((name) => this.person(name)))) as { [At in keyof Names]: Person };
  }

  async close(): Promise<void> {
    await Promise.all(this.visitors.map(({ context }) => context.close()));
    await this.stack.stop();
  }
}

/** Defines a test. */
export function story(title: string, run: (world: World) => Promise<void>, options: StackOptions = {}): void {
  test(title, async (t) => {
    const world = new World(t, await Stack.start(options));
    try {
      await run(world);
      for (const { name, errors } of world.visitors)
        assert.deepEqual(errors.unexpected, [], `unexpected errors in ${name}'s browser`);
    } catch (thrown) {
      await takeScreenshots(world, title);
      throw thrown;
    } finally {
      await world.close();
    }
  });
}

async function takeScreenshots({ test, visitors }: World, title: string): Promise<void> {
  const folder = join(OUTPUT, "browser");
  await mkdir(folder, { recursive: true });
  for (const { name, errors } of visitors)
    for (const error of errors.unexpected) test.diagnostic(`${name}'s browser: ${error}`);
  const pages = visitors.flatMap(({ name, context }) => context.pages().map((page) => ({ name, page })));
  for (const [at, { name, page }] of pages.entries()) {
    const path = join(folder, `${title} - ${at + 1} ${name}.png`.replace(/[^\w .-]+/g, "_"));
    await page.screenshot({ path, timeout: 5000 }).then(
      () => test.diagnostic(`${name}'s screen: ${path}`),
      () => undefined,
    );
  }
}
