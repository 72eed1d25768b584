/** Takes screenshots of a conversation for people to look at, in `SCREENSHOTS` or target/ci/screenshots. */

import assert from "node:assert/strict";
import { join } from "node:path";

import { openGroup, takeScreenshot } from "./support/screenshot.js";
import { fits } from "./support/layout.js";
import { createSampleChat } from "./support/sample-chat.js";
import { OUTPUT, story } from "./support/story.js";

const FOLDER = process.env["SCREENSHOTS"] ?? join(OUTPUT, "screenshots");

story("Screenshots of a conversation, narrow and wide, light and dark", async (world) => {
  const mia = await world.person("Mia Lindgren");
  await createSampleChat(mia, (name) => world.visitor(name));
  await openGroup(mia);
  for (const width of [1280, 360] as const) {
    for (const colorScheme of ["light", "dark"] as const) {
      const size = await takeScreenshot(mia, FOLDER, { name: `chat-${width}-${colorScheme}`, width, colorScheme });
      assert.ok(size > 10_000, "the screenshot is not empty");
      await fits(mia.page, `at ${width} px`);
    }
  }
  await mia.button("Back to conversations").click();
  await mia.item("Luca Romano").waitFor();
  await takeScreenshot(mia, FOLDER, { name: "list-360-light", width: 360, colorScheme: "light" });
  world.test.diagnostic(`screenshots: ${FOLDER}`);
});
