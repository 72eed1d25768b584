/** Makes the README's pictures anew: docs/images/chat.png and docs/images/phone.png. */

import { join } from "node:path";

import { PROJECT } from "emotechat-testing/project";
import { Stack } from "emotechat-testing/stack";

import { launch } from "./support/browser.js";
import { pose, take } from "./support/camera.js";
import { Person } from "./support/person.js";
import { setScene } from "./support/scene.js";

const FOLDER = join(PROJECT, "docs/images");
const MOST_BYTES = 150_000;

const stack = await Stack.start();
const browser = await launch();
try {
  const arrive = (name: string): Promise<Person> => Person.arrive(browser, stack, name);
  const mia = await (await arrive("Mia Lindgren")).registers();
  await setScene(mia, arrive);
  await pose(mia);
  const sizes = {
    chat: await take(mia, FOLDER, { name: "chat", width: 1280, colorScheme: "light" }),
    phone: await take(mia, FOLDER, { name: "phone", width: 360, colorScheme: "dark" }),
  };
  console.log(sizes);
  if (Object.values(sizes).some((size) => size > MOST_BYTES))
    throw new Error(`A picture is larger than ${MOST_BYTES} bytes`);
} finally {
  await browser.close();
  await stack.stop();
}
