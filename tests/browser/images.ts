/** Takes the README's screenshots again: docs/images/chat.png and docs/images/phone.png. */

import { join } from "node:path";

import { PROJECT } from "emotechat-testing/project";
import { Stack } from "emotechat-testing/stack";

import { launch } from "./support/browser.js";
import { openGroup, takeScreenshot } from "./support/screenshot.js";
import { Person } from "./support/person.js";
import { createSampleChat } from "./support/sample-chat.js";

const FOLDER = join(PROJECT, "docs/images");
const MAX_BYTES = 150_000;

const stack = await Stack.start();
const browser = await launch();
try {
  const arrive = (name: string): Promise<Person> => Person.arrive(browser, stack, name);
  const mia = await (await arrive("Mia Lindgren")).registers();
  await createSampleChat(mia, arrive);
  await openGroup(mia);
  const sizes = {
    chat: await takeScreenshot(mia, FOLDER, { name: "chat", width: 1280, colorScheme: "light" }),
    phone: await takeScreenshot(mia, FOLDER, { name: "phone", width: 360, colorScheme: "dark" }),
  };
  console.log(sizes);
  if (Object.values(sizes).some((size) => size > MAX_BYTES))
    throw new Error(`A screenshot is larger than ${MAX_BYTES} bytes`);
} finally {
  await browser.close();
  await stack.stop();
}
