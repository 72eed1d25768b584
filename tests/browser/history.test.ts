/** A long conversation: older messages load while the user scrolls up, and the message in view does not move. */

import assert from "node:assert/strict";

import { EventLog } from "emotechat-testing/waiting";
import type { Locator, Page, Route } from "playwright-core";

import { Account } from "./support/account.js";
import type { Person } from "./support/person.js";
import { story, type World } from "./support/story.js";

const COUNT = 250;
/** Smaller jumps are not visible. */
const TOLERANCE_PX = 3;

/** A group with 250 messages of different heights, and Ann, who has not opened it yet. */
async function longHistory(world: World) {
  const names = ["Bob", "Cleo", "Dora"];
  const [ann, ...writers] = await Promise.all([
    world.person("Ann"),
    ...names.map((name) => Account.register(world.stack, name)),
  ]);
  const account = await Account.of(ann);
  const group = await account.group(
    "Archive",
    writers.map(({ id }) => id),
  );
  await Promise.all(
    writers.map(async (writer, at) => {
      for (let number = at; number < COUNT; number += writers.length) {
        await writer.says(group, `${writer.name} ${number}${" and so on".repeat((number * 7) % 40)}`);
      }
    }),
  );
  return { ann, account, writers, group };
}

/** Turns the mouse wheel over the log, and waits until scrolling has stopped. */
async function scrolls(person: Person, distance: number): Promise<void> {
  const scroller = await person.log.evaluateHandle((log) => log.parentElement!);
  await person.log.locator("..").hover();
  const before = await scroller.evaluate((element) => element.scrollTop);
  await person.page.mouse.wheel(0, distance);
  await person.page.waitForFunction(
    ([element, start]) =>
      new Promise((settle) => {
        const top = element.scrollTop;
        const frames = (left: number): void => {
          if (left === 0) settle(element.scrollTop === top && top !== start);
          else requestAnimationFrame(() => frames(left - 1));
        };
        frames(4);
      }),
    [scroller, before] as const,
  );
}

/** The message in the middle of the log, with its position on the screen. */
function middle(page: Page): Promise<{ seq: string; top: number }> {
  return page.getByRole("log", { name: "Messages" }).evaluate((log) => {
    const { top, bottom } = log.parentElement!.getBoundingClientRect();
    const articles = [...log.querySelectorAll<HTMLElement>("article")];
    const found = articles.find((article) => article.getBoundingClientRect().bottom > (top + bottom) / 2)!;
    return { seq: found.dataset["seq"] ?? "", top: found.getBoundingClientRect().top };
  });
}

function toNewest(person: Person): Locator {
  return person.page.getByRole("button", { name: /^Jump to latest/ });
}

/** The current position of that message. */
function placeOf(page: Page, seq: string): Promise<number> {
  return page.locator(`article[data-seq="${seq}"]`).evaluate((article) => article.getBoundingClientRect().top);
}

story(
  "Scrolling up loads all older messages, and the message in view does not jump",
  async (world) => {
    const { ann, account, group } = await longHistory(world);
    const requests = new EventLog<Route>();
    await ann.page.route(/\/messages\?.*before=/, (route) => requests.add(route));
    await ann.opens("Archive");
    await ann.articles.first().waitFor();
    let pages = 0;
    let count = await ann.articles.count();
    while (count < COUNT) {
      // The wheel turns before the response arrives, so that only the response can move anything.
      while ((await ann.log.getAttribute("aria-busy")) !== "true") await scrolls(ann, -900);
      const route = await requests.until("a request for older messages", () => true, pages);
      pages += 1;
      const { seq, top } = await middle(ann.page);
      await route.continue();
      await ann.articles.nth(count).waitFor({ state: "attached" });
      await ann.page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))));
      const moved = Math.abs((await placeOf(ann.page, seq)) - top);
      assert.ok(moved <= TOLERANCE_PX, `message ${seq} jumped by ${moved} px`);
      count = await ann.articles.count();
    }
    world.test.diagnostic(`${pages} pages of older messages`);
    assert.deepEqual(await ann.texts(), await account.texts(group));
    await ann.log.getByText("This is the start of “Archive”.").waitFor({ state: "attached" });

    await toNewest(ann).click();
    await toNewest(ann).waitFor({ state: "detached" });
    const last = ann.articles.nth(COUNT - 1);
    assert.ok(
      await last.evaluate((article) => article.getBoundingClientRect().bottom <= innerHeight),
      "the newest is in view",
    );
  },
  { parameters: { EntriesPerSender: "1000" } },
);

story(
  "New messages that arrive while the user reads older ones are counted and move nothing",
  async (world) => {
    const { ann, account, writers, group } = await longHistory(world);
    await ann.opens("Archive");
    await scrolls(ann, -1200);
    const { seq, top } = await middle(ann.page);
    await writers[0]!.says(group, "Something new");
    await writers[1]!.says(group, "And more of it");
    await toNewest(ann).filter({ hasText: "2 new" }).waitFor();
    const moved = Math.abs((await placeOf(ann.page, seq)) - top);
    assert.ok(moved <= TOLERANCE_PX, `message ${seq} jumped by ${moved} px`);
    await toNewest(ann).click();
    await ann.seesStored("Something new", "And more of it");
    await ann.item("Archive").filter({ hasNotText: "unread" }).waitFor();

    // The quote in a reply scrolls to the original message, however old it is.
    const { messages } = (await account.call("GET", `/conversations/${group}/messages?after=0&limit=1`)) as {
      messages: [{ seq: number; content: string }];
    };
    await writers[0]!.says(group, "About the beginning", messages[0].seq);
    await ann
      .message("About the beginning")
      .getByRole("button", { name: /^In reply to/ })
      .click();
    await ann.hasFocus(ann.message(messages[0].content));
  },
  { parameters: { EntriesPerSender: "1000" } },
);
